package io.flotilla.server;

import io.flotilla.broker.rpc.HotListener;
import io.flotilla.model.id.Endpoint;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gRPC server on one endpoint. Closed by the node. */
final class Listener implements AutoCloseable {
    private static final int CALLS_END_MS = 300;
    private static final int END_SECONDS_MAX = 5;

    private final Server server;

    private Listener(Server server) {
        this.server = server;
    }

    /** Binds and serves; throws StartupException when the endpoint cannot be bound. */
    static Listener open(String name, Endpoint endpoint, List<ServerServiceDefinition> services)
            throws StartupException {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(endpoint.host(), endpoint.port()));
        try {
            return new Listener(HotListener.configure(builder, services).build().start());
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartupException(
                    "the " + name + " listener cannot bind " + endpoint + ": " + cause.getMessage()
                            + "; stop what uses the port (ss -ltnp 'sport = :" + endpoint.port()
                            + "'), or change listeners",
                    e);
        }
    }

    /** Takes no new calls, lets those that run end within a moment, then cuts them. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(CALLS_END_MS, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
