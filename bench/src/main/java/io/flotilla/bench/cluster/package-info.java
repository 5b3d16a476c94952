/** Clusters of either system as processes on this host. */
@NullMarked
package io.flotilla.bench.cluster;

import org.jspecify.annotations.NullMarked;
