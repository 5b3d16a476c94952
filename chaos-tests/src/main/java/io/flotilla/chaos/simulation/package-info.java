/**
 * Runs the simulator over many seeds: the command, its threads, its report, and the corpus of seeds that once failed.
 */
@NullMarked
package io.flotilla.chaos.simulation;

import org.jspecify.annotations.NullMarked;
