package io.flotilla.broker.rpc;

import io.flotilla.model.time.Clock;
import java.util.concurrent.Executor;

/**
 * What every stream of the data path needs; one for all of a listener.
 *
 * @param partitions the replicas of this broker
 * @param clock time
 * @param readers runs what reads segments; never a loop, and owned by the wiring
 * @param settings bounds
 * @param listener name of the listener, for contexts
 */
public record DataPath(Partitions partitions, Clock clock, Executor readers, RpcSettings settings, String listener) {}
