package io.flotilla.broker.rpc;

import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** How a broker's channels to other brokers' internal listeners are set up. The wiring builds and closes them. */
public final class HotChannel {
    private static final int KEEPALIVE_SECONDS = 10;
    private static final int KEEPALIVE_TIMEOUT_SECONDS = 5;

    private HotChannel() {}

    /**
     * Adds the data path's settings. Callbacks run on the event loops; give replica channels loops of their own, so
     * that they do not wait for clients.
     */
    public static NettyChannelBuilder configure(NettyChannelBuilder builder) {
        return builder.directExecutor()
                .flowControlWindow(HotListener.WINDOW_BYTES)
                .maxInboundMessageSize(HotListener.MESSAGE_BYTES_MAX)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .disableRetry();
    }
}
