/** The simulated network as hosts and links: who reaches whom, how fast. Knows no connection and no message. */
@NullMarked
package io.flotilla.sim.net;

import org.jspecify.annotations.NullMarked;
