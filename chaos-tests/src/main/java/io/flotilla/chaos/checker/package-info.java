/**
 * Judges a history: what was lost, duplicated, reordered or invented, and whether the run proved anything at all. The
 * predicates are those of Jepsen's Kafka workload, in one pass each. Knows no cluster, no clock and no fault.
 */
@NullMarked
package io.flotilla.chaos.checker;

import org.jspecify.annotations.NullMarked;
