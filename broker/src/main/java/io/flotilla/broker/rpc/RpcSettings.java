package io.flotilla.broker.rpc;

import io.flotilla.model.error.Invariant;

/**
 * Bounds of the data path's streams.
 *
 * @param produceBytesMax bytes of produce requests that one stream may have before the append; at least one request is
 *     taken
 * @param produceRequestsMax unanswered produce requests of one stream; more wait in the transport
 * @param fetchesMax unanswered fetches of one stream; more wait in the transport
 * @param fetchBytesMax the most bytes of batches in one answer, but for a single larger batch
 * @param heartbeatNanos silence after which a replica stream gets a heartbeat
 */
public record RpcSettings(
        long produceBytesMax, int produceRequestsMax, int fetchesMax, int fetchBytesMax, long heartbeatNanos) {
    public RpcSettings {
        Invariant.check(
                produceBytesMax > 0 && produceRequestsMax > 0 && fetchesMax > 0 && fetchBytesMax > 0,
                "bounds of streams must be positive: %d, %d, %d, %d",
                produceBytesMax,
                produceRequestsMax,
                fetchesMax,
                fetchBytesMax);
        Invariant.check(heartbeatNanos > 0, "a heartbeat every %d ns is none", heartbeatNanos);
    }

    /** 32 MiB and 4,096 requests of produce, 64 fetches of at most 16 MiB, a heartbeat after 500 ms. */
    public static RpcSettings defaults() {
        return new RpcSettings(32L << 20, 4_096, 64, 16 << 20, 500_000_000L);
    }
}
