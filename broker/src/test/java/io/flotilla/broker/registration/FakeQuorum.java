package io.flotilla.broker.registration;

import io.flotilla.broker.metadata.Cluster;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/** Quorum nodes in this process, of which one is active and serves the script; the others point to it. */
public final class FakeQuorum implements AutoCloseable {
    private final String prefix = "quorum-" + UUID.randomUUID() + "-";
    private final Map<Integer, Server> nodes = new TreeMap<>();
    private final BindableService script;
    private volatile int active = 1;
    private volatile boolean hinting = true;

    public FakeQuorum(int size, ControllerServiceGrpc.ControllerServiceImplBase script) {
        this.script = script;
        IntStream.rangeClosed(1, size).forEach(this::start);
    }

    public List<Endpoint> endpoints() {
        return nodes.keySet().stream().map(Cluster::node).toList();
    }

    public GrpcChannels channels() {
        return new GrpcChannels(endpoint -> InProcessChannelBuilder.forName(prefix + endpoint)
                .directExecutor()
                .build());
    }

    public void activate(int node) {
        active = node;
    }

    /** The nodes that are not active do not know who is. */
    public void withoutHints() {
        hinting = false;
    }

    public void kill(int node) {
        nodes.get(node).shutdownNow();
    }

    private void start(int node) {
        try {
            nodes.put(
                    node,
                    InProcessServerBuilder.forName(prefix + Cluster.node(node))
                            .directExecutor()
                            .addService(script)
                            .intercept(onlyIfActive(node))
                            .build()
                            .start());
        } catch (IOException e) {
            throw new IllegalStateException("node " + node + " did not start", e);
        }
    }

    private ServerInterceptor onlyIfActive(int node) {
        return new ServerInterceptor() {
            @Override
            public <Q, P> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
                if (active == node) {
                    return next.startCall(call, headers);
                }
                FlotillaError refusal = FlotillaError.notApplied(ErrorCode.NOT_CONTROLLER, "node " + active + " is");
                if (hinting) {
                    refusal = refusal.withLeader(
                            new LeaderHint(active, Cluster.node(active).toString(), 0));
                }
                StatusRuntimeException status = StatusErrors.toStatus(refusal);
                call.close(status.getStatus(), status.getTrailers());
                return new ServerCall.Listener<>() {};
            }
        };
    }

    @Override
    public void close() {
        nodes.values().forEach(Server::shutdownNow);
    }
}
