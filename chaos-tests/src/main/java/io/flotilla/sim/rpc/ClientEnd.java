package io.flotilla.sim.rpc;

import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.World;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The client's end of one call. */
final class ClientEnd<Q, A> extends ClientCall<Q, A> {
    private static final int READY_BYTES = 32 << 10;
    /** gRPC's deadlines lie on the machine's clock: read back, they are rounded up to what their maker meant. */
    private static final long DEADLINE_STEP_MS = 1_000;

    private final WireChannel channel;
    private final MethodDescriptor<Q, A> method;
    private final CallOptions options;
    private final ArrayDeque<Runnable> beforeConnected = new ArrayDeque<>();
    private final ArrayDeque<Payload> inbox = new ArrayDeque<>();
    private @Nullable Listener<A> listener;
    private @Nullable WireConnection connection;
    private @Nullable ServerEnd<?, ?> peer;
    private int requested;
    private long unreadBytes;
    private boolean delivering;
    private boolean over;
    private @Nullable Runnable ending;

    ClientEnd(WireChannel channel, MethodDescriptor<Q, A> method, CallOptions options) {
        this.channel = channel;
        this.method = method;
        this.options = options;
    }

    private OsProcess process() {
        return channel.process();
    }

    @Override
    public void start(Listener<A> responses, Metadata headers) {
        listener = responses;
        Deadline deadline = options.getDeadline();
        if (deadline != null) {
            long steps = (deadline.timeRemaining(TimeUnit.MILLISECONDS) + DEADLINE_STEP_MS - 1) / DEADLINE_STEP_MS;
            process().at(Math.max(1, steps) * DEADLINE_STEP_MS * World.MS, this::expired);
        }
        send(() -> arriveAtServer(headers));
        channel.begin(this);
    }

    private void arriveAtServer(Metadata headers) {
        WireConnection open = connection;
        if (open != null && peer == null) {
            peer = ServerEnd.accept(channel.wire().listener(channel.endpoint()), open, this, method, headers);
        }
    }

    void connected(WireConnection made) {
        if (over) {
            return;
        }
        connection = made;
        made.add(this);
        while (!beforeConnected.isEmpty()) {
            made.toServer(beforeConnected.remove());
        }
        process().at(0, this::tellReady);
    }

    private void tellReady() {
        Listener<A> hearer = listener;
        if (!over && hearer != null) {
            hearer.onReady();
        }
    }

    private void send(Runnable arrival) {
        WireConnection open = connection;
        if (open == null) {
            beforeConnected.add(arrival);
        } else {
            open.toServer(arrival);
        }
    }

    private void toPeer(Consumer<ServerEnd<?, ?>> arrival) {
        send(() -> {
            ServerEnd<?, ?> end = peer;
            if (end != null) {
                arrival.accept(end);
            }
        });
    }

    @Override
    public void sendMessage(Q message) {
        if (!over) {
            Payload payload = Payload.of(method.getRequestMarshaller(), message);
            unreadBytes += payload.sizeBytes();
            toPeer(end -> end.arrived(payload));
        }
    }

    /** The server has read a message. */
    void read(int bytes) {
        boolean wasReady = isReady();
        unreadBytes -= bytes;
        if (!wasReady && isReady()) {
            process().at(0, this::tellReady);
        }
    }

    @Override
    public boolean isReady() {
        return !over && connection != null && unreadBytes < READY_BYTES;
    }

    @Override
    public void request(int messages) {
        requested = requested > Integer.MAX_VALUE - messages ? Integer.MAX_VALUE : requested + messages;
        if (!inbox.isEmpty() && !delivering) {
            process().at(0, this::deliver);
        }
    }

    @Override
    public void halfClose() {
        if (!over) {
            toPeer(ServerEnd::halfClosed);
        }
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        if (!over) {
            toPeer(ServerEnd::cancelled);
            closeLater(Status.CANCELLED.withDescription(message).withCause(cause));
        }
    }

    private void expired() {
        if (!over) {
            toPeer(ServerEnd::cancelled);
            close(Status.DEADLINE_EXCEEDED.withDescription("deadline exceeded"), new Metadata());
        }
    }

    void endByChannel(Status status) {
        if (!over) {
            toPeer(ServerEnd::cancelled);
            closeLater(status);
        }
    }

    /** The call never got a connection; from inside its beginning. */
    void failLater(Status status) {
        closeLater(status);
    }

    void failNow(Status status) {
        close(status, new Metadata());
    }

    void broken(String why) {
        close(Status.UNAVAILABLE.withDescription(why), new Metadata());
    }

    private void closeLater(Status status) {
        if (!over) {
            over = true;
            inbox.clear();
            leave();
            process().at(0, () -> tellClosed(status, new Metadata()));
        }
    }

    private void close(Status status, Metadata trailers) {
        if (!over) {
            over = true;
            inbox.clear();
            leave();
            tellClosed(status, trailers);
        }
    }

    private void leave() {
        WireConnection open = connection;
        if (open != null) {
            open.remove(this);
        }
        channel.ended(this);
    }

    private void tellClosed(Status status, Metadata trailers) {
        Listener<A> hearer = listener;
        if (hearer != null) {
            hearer.onClose(status, trailers);
        }
    }

    /** A message came. */
    void arrived(Payload payload) {
        if (!over) {
            inbox.add(payload);
            deliver();
        }
    }

    /** The server's last word came. */
    void ended(Status status, Metadata trailers) {
        if (!over) {
            // The cause does not travel.
            Status told = Status.fromCode(status.getCode()).withDescription(status.getDescription());
            ending = () -> close(told, trailers);
            deliver();
        }
    }

    private void deliver() {
        Listener<A> hearer = listener;
        if (delivering || hearer == null) {
            return;
        }
        delivering = true;
        while (!over && requested > 0 && !inbox.isEmpty()) {
            requested--;
            Payload next = inbox.remove();
            ServerEnd<?, ?> end = peer;
            if (end != null) {
                end.read(next.sizeBytes());
            }
            hearer.onMessage(next.read(method.getResponseMarshaller()));
        }
        delivering = false;
        Runnable end = ending;
        if (!over && end != null && inbox.isEmpty()) {
            ending = null;
            end.run();
        }
    }
}
