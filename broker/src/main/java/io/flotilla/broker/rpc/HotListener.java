package io.flotilla.broker.rpc;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How a broker's listeners are set up for the data path. The wiring builds the server and closes it. */
public final class HotListener {
    /** Largest message that a broker takes: the largest batch and the fields around it. */
    public static final int MESSAGE_BYTES_MAX = (16 << 20) + (64 << 10);
    /** How much a peer may send before it is read; also what leaders may send to followers. */
    public static final int WINDOW_BYTES = 8 << 20;

    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int CALLS_PER_CONNECTION_MAX = 1_024;
    private static final int KEEPALIVE_SECONDS_MIN = 10;
    private static final int RESETS_MAX = 512;
    private static final int RESETS_WINDOW_SECONDS = 30;

    private HotListener() {}

    /**
     * Adds the services and the data path's settings. Calls run on the event loops: a service that may block must not
     * be on this listener without an executor of its own.
     */
    public static NettyServerBuilder configure(NettyServerBuilder builder, List<ServerServiceDefinition> services) {
        services.forEach(builder::addService);
        return builder.directExecutor()
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .maxInboundMetadataSize(HEADER_BYTES_MAX)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .maxRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS)
                .permitKeepAliveTime(KEEPALIVE_SECONDS_MIN, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                // Batches are compressed already; a compressed message could grow beyond every bound.
                .decompressorRegistry(DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false));
    }
}
