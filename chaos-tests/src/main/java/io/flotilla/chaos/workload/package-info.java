/**
 * Clients that send, read and ask, and write down what they did. Runs inside a container beside the nodes; knows
 * nothing of faults, and judges nothing.
 */
@NullMarked
package io.flotilla.chaos.workload;

import org.jspecify.annotations.NullMarked;
