/** Three nodes and a driver in containers on a network that leads nowhere. Knows no scenario and judges nothing. */
@NullMarked
package io.flotilla.chaos.cluster;

import org.jspecify.annotations.NullMarked;
