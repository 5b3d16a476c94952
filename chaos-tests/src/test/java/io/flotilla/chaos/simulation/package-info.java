/** Tests of how seeds are drawn and counted. */
@NullMarked
package io.flotilla.chaos.simulation;

import org.jspecify.annotations.NullMarked;
