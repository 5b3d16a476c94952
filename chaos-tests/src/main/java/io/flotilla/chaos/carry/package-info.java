/**
 * Carries a real text through the death of a node and judges what came out. Uses the cluster as an application would;
 * knows nothing of its inside.
 */
@NullMarked
package io.flotilla.chaos.carry;

import org.jspecify.annotations.NullMarked;
