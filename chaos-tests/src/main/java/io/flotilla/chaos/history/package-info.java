/**
 * What clients and faults did, operation by operation, as JSON lines. Knows no cluster and no verdict: a history can be
 * judged long after its cluster is gone.
 */
@NullMarked
package io.flotilla.chaos.history;

import org.jspecify.annotations.NullMarked;
