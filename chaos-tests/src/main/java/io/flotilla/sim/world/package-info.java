/**
 * Simulated time: one queue of events, processes that can be killed and frozen, their threads, and chance from one
 * seed. Knows nothing of clusters.
 */
@NullMarked
package io.flotilla.sim.world;

import org.jspecify.annotations.NullMarked;
