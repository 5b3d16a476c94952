/**
 * Follows the cluster's metadata and turns its changes into roles of the local replicas. Knows neither how the
 * controller decides nor how records are stored; only its Grpc classes know the transport.
 */
@NullMarked
package io.flotilla.broker.metadata;

import org.jspecify.annotations.NullMarked;
