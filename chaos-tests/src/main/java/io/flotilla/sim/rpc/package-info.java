/**
 * gRPC over the simulated network: channels and calls as grpc-java's own classes want them, so that services and stubs
 * run as they are. Carries any method; knows none. The one place of the simulator that faces gRPC.
 */
@NullMarked
package io.flotilla.sim.rpc;

import org.jspecify.annotations.NullMarked;
