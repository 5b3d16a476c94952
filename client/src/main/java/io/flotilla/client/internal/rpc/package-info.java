/**
 * The only part of the client that knows gRPC and generated messages: implements the ports of the cores and translates
 * at the edge. Decides nothing.
 */
@NullMarked
package io.flotilla.client.internal.rpc;

import org.jspecify.annotations.NullMarked;
