package io.flotilla.client.fake;

import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/** One process of the fake cluster: a real gRPC server on a loopback port. */
final class FakeBroker {
    private static final int MESSAGE_BYTES_MAX = (16 << 20) + (64 << 10);

    private final int id;
    private final Server server;
    private final String endpoint;
    private volatile boolean alive = true;
    private volatile boolean frozen;

    FakeBroker(FakeCluster cluster, int id) {
        this.id = id;
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .directExecutor()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .addService(new FakeLogService(cluster, id))
                .addService(new FakeMetadataService(cluster))
                .addService(new FakeAdminService(cluster, id))
                .addService(new FakeGroupsService(cluster, id))
                .intercept(new Freezer())
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.endpoint = "127.0.0.1:" + server.getPort();
    }

    int id() {
        return id;
    }

    String endpoint() {
        return endpoint;
    }

    boolean isAlive() {
        return alive;
    }

    void freeze() {
        frozen = true;
    }

    void stop() {
        alive = false;
        server.shutdownNow();
    }

    /** Loses messages in both directions while the broker is frozen. */
    private final class Freezer implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            ServerCall<Q, A> mute = new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                @Override
                public void sendMessage(A message) {
                    if (!frozen) {
                        super.sendMessage(message);
                    }
                }
            };
            return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
                    next.startCall(mute, headers)) {
                @Override
                public void onMessage(Q message) {
                    if (!frozen) {
                        super.onMessage(message);
                    }
                }

                @Override
                public void onHalfClose() {
                    if (!frozen) {
                        super.onHalfClose();
                    }
                }
            };
        }
    }
}
