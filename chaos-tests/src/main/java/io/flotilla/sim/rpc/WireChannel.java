package io.flotilla.sim.rpc;

import io.flotilla.model.id.Endpoint;
import io.flotilla.sim.net.Links;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.World;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A channel of one process to one endpoint: at most one connection, made when a call needs one. */
final class WireChannel extends ManagedChannel {
    private static final long[] SYN_AGAIN_NANOS = {World.SECOND, 2 * World.SECOND, 4 * World.SECOND, 8 * World.SECOND};
    /** After a failed attempt to connect, calls fail at once for so long. */
    private static final long BACKOFF_NANOS = World.SECOND;

    private final Wire wire;
    private final OsProcess process;
    private final Endpoint endpoint;
    private final int host;
    /** Calls that wait for the connection. */
    private final List<ClientEnd<?, ?>> waiting = new ArrayList<>();

    private final Set<ClientEnd<?, ?>> calls = new LinkedHashSet<>();
    private @Nullable WireConnection connection;
    private boolean connecting;
    private boolean shutdown;
    private @Nullable Status lastFailure;
    private long failedUntilNanos;

    WireChannel(Wire wire, OsProcess process, Endpoint endpoint) {
        this.wire = wire;
        this.process = process;
        this.endpoint = endpoint;
        this.host = Wire.hostOf(endpoint);
    }

    OsProcess process() {
        return process;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Wire wire() {
        return wire;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        return new ClientEnd<>(this, method, options);
    }

    /** A call begins: it gets the connection now, later, or an end. */
    void begin(ClientEnd<?, ?> call) {
        calls.add(call);
        WireConnection open = connection;
        Status failure = lastFailure;
        if (shutdown) {
            call.failLater(Status.UNAVAILABLE.withDescription("Channel shutdown invoked"));
        } else if (open != null && !open.isBroken() && open.server().isAlive()) {
            call.connected(open);
        } else if (open != null && !open.isBroken() && wire.links().isDark(host)) {
            call.connected(open); // nobody has noticed yet that the other end is gone
        } else if (failure != null && wire.world().nowNanos() < failedUntilNanos) {
            call.failLater(failure);
        } else {
            waiting.add(call);
            connect();
        }
    }

    private void connect() {
        if (!connecting) {
            connecting = true;
            process.at(roundTripNanos(), () -> attempt(0));
        }
    }

    private long roundTripNanos() {
        Links links = wire.links();
        return host < 0
                ? links.delayNanos(process.node(), process.node())
                : links.delayNanos(process.node(), host) + links.delayNanos(host, process.node());
    }

    private void attempt(int number) {
        if (shutdown) {
            connecting = false;
            return;
        }
        Links links = wire.links();
        WireListener listener = wire.listener(endpoint);
        if (host >= 0 && !links.isOpenBothWays(process.node(), host)) {
            if (number < SYN_AGAIN_NANOS.length) {
                process.at(SYN_AGAIN_NANOS[number], () -> attempt(number + 1));
            } else {
                failed(new ConnectException("connection timed out: " + endpoint));
            }
        } else if (listener == null || links.refuses(process.node(), host)) {
            failed(new ConnectException("Connection refused: " + endpoint));
        } else {
            connecting = false;
            lastFailure = null;
            WireConnection made = new WireConnection(wire, process, listener.process());
            connection = made;
            List<ClientEnd<?, ?>> ready = new ArrayList<>(waiting);
            waiting.clear();
            ready.forEach(call -> call.connected(made));
        }
    }

    private void failed(ConnectException cause) {
        connecting = false;
        Status status = Status.UNAVAILABLE.withDescription("io exception").withCause(cause);
        lastFailure = status;
        failedUntilNanos = wire.world().nowNanos() + BACKOFF_NANOS;
        List<ClientEnd<?, ?>> lost = new ArrayList<>(waiting);
        waiting.clear();
        lost.forEach(call -> call.failNow(status));
    }

    void ended(ClientEnd<?, ?> call) {
        calls.remove(call);
        waiting.remove(call);
        closeIfDone();
    }

    private void closeIfDone() {
        WireConnection open = connection;
        if (shutdown && calls.isEmpty() && open != null) {
            connection = null;
            if (!open.isBroken()) {
                open.closeByClient();
            }
        }
    }

    @Override
    public String authority() {
        return endpoint.toString();
    }

    @Override
    public ManagedChannel shutdown() {
        shutdown = true;
        closeIfDone();
        return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
        shutdown = true;
        Status status = Status.UNAVAILABLE.withDescription("Channel shutdownNow invoked");
        new ArrayList<>(calls).forEach(call -> call.endByChannel(status));
        closeIfDone();
        return this;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && calls.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        WireConnection open = connection;
        if (shutdown) {
            return ConnectivityState.SHUTDOWN;
        } else if (open != null && !open.isBroken()) {
            return ConnectivityState.READY;
        } else if (connecting) {
            return ConnectivityState.CONNECTING;
        }
        return wire.world().nowNanos() < failedUntilNanos
                ? ConnectivityState.TRANSIENT_FAILURE
                : ConnectivityState.IDLE;
    }
}
