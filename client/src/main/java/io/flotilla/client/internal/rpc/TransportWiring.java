package io.flotilla.client.internal.rpc;

import io.flotilla.model.id.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The network of one client: one event loop, channels on it. The client that makes it closes it. */
public final class TransportWiring implements AutoCloseable {
    private static final int FLOW_CONTROL_WINDOW_BYTES = 8 << 20;
    private static final int INBOUND_MESSAGE_BYTES_MAX = (16 << 20) + (64 << 10);
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int KEEPALIVE_TIME_S = 10;
    private static final int KEEPALIVE_TIMEOUT_S = 5;

    private final EventLoopGroup events;
    private final Class<? extends Channel> channelType;
    private final String clientId;
    private final ChannelPool channels = new ChannelPool(this::connect);

    /**
     * Starts the event loop.
     *
     * @param clientId told to brokers as the user agent; empty for none
     */
    public TransportWiring(String clientId) {
        boolean epoll = Epoll.isAvailable();
        var threads = new DefaultThreadFactory("flotilla-client-io", true);
        this.clientId = clientId;
        this.events = new MultiThreadIoEventLoopGroup(
                1, threads, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    public ChannelPool channels() {
        return channels;
    }

    private ManagedChannel connect(Endpoint broker) {
        NettyChannelBuilder builder = to(broker)
                .usePlaintext()
                .directExecutor()
                .eventLoopGroup(events)
                .channelType(channelType)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .maxInboundMessageSize(INBOUND_MESSAGE_BYTES_MAX)
                .keepAliveTime(KEEPALIVE_TIME_S, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT_S, TimeUnit.SECONDS)
                .disableRetry();
        return clientId.isEmpty()
                ? builder.build()
                : builder.userAgent(clientId).build();
    }

    /** Names are resolved anew for each connection; an address needs no resolver. */
    private static NettyChannelBuilder to(Endpoint broker) {
        boolean address = NetUtil.isValidIpV4Address(broker.host()) || NetUtil.isValidIpV6Address(broker.host());
        return address
                ? NettyChannelBuilder.forAddress(new InetSocketAddress(broker.host(), broker.port()))
                : NettyChannelBuilder.forAddress(broker.host(), broker.port());
    }

    @Override
    public void close() {
        channels.close();
        events.shutdownGracefully(0, CONNECT_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
}
