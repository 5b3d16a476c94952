/**
 * What goes wrong in a run: one file for each kind of fault, drawn by the seed, and the budget of losses that it keeps
 * to.
 */
@NullMarked
package io.flotilla.sim.fault;

import org.jspecify.annotations.NullMarked;
