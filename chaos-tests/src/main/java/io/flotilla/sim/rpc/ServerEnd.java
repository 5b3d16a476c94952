package io.flotilla.sim.rpc;

import io.flotilla.sim.world.OsProcess;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The server's end of one call. */
final class ServerEnd<Q, A> extends ServerCall<Q, A> {
    private static final int READY_BYTES = 32 << 10;

    private final WireConnection connection;
    private final ClientEnd<?, ?> peer;
    private final MethodDescriptor<Q, A> method;
    private final ArrayDeque<Payload> inbox = new ArrayDeque<>();
    private @Nullable Listener<Q> listener;
    private int readyBytes = READY_BYTES;
    private long unreadBytes;
    private int requested;
    private boolean delivering;
    private boolean halfClosed;
    private boolean halfCloseTold;
    private boolean cancelled;
    private boolean closed;

    private ServerEnd(WireConnection connection, ClientEnd<?, ?> peer, MethodDescriptor<Q, A> method) {
        this.connection = connection;
        this.peer = peer;
        this.method = method;
    }

    /** Begins the call at whoever serves the method; null when nobody does, which the client is told. */
    static @Nullable ServerEnd<?, ?> accept(
            @Nullable WireListener server,
            WireConnection connection,
            ClientEnd<?, ?> client,
            MethodDescriptor<?, ?> asked,
            Metadata headers) {
        ServerMethodDefinition<?, ?> served = server == null ? null : server.method(asked.getFullMethodName());
        if (served == null) {
            connection.toClient(() -> client.ended(
                    Status.UNIMPLEMENTED.withDescription("Method not found: " + asked.getFullMethodName()),
                    new Metadata()));
            return null;
        }
        return begin(served, connection, client, headers);
    }

    private static <Q, A> ServerEnd<Q, A> begin(
            ServerMethodDefinition<Q, A> served, WireConnection connection, ClientEnd<?, ?> client, Metadata headers) {
        ServerEnd<Q, A> end = new ServerEnd<>(connection, client, served.getMethodDescriptor());
        connection.add(end);
        end.listener = served.getServerCallHandler().startCall(end, headers);
        end.process().at(0, end::tellReady);
        return end;
    }

    private OsProcess process() {
        return connection.server();
    }

    private void tellReady() {
        Listener<Q> hearer = listener;
        if (hearer != null && !cancelled && !closed) {
            hearer.onReady();
        }
    }

    @Override
    public void request(int messages) {
        requested += messages;
        if (!delivering && listener != null && (!inbox.isEmpty() || halfClosed)) {
            process().at(0, this::deliver);
        }
    }

    @Override
    public void sendHeaders(Metadata headers) {
        // Nothing that this product sends before its first answer matters.
    }

    @Override
    public void sendMessage(A message) {
        Payload payload = Payload.of(method.getResponseMarshaller(), message);
        if (!cancelled && !closed) {
            unreadBytes += payload.sizeBytes();
            connection.toClient(() -> peer.arrived(payload));
        }
    }

    @Override
    public boolean isReady() {
        return !cancelled && !closed && unreadBytes < readyBytes;
    }

    @Override
    public void setOnReadyThreshold(int bytes) {
        readyBytes = bytes;
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (closed) {
            throw new IllegalStateException("call already closed");
        }
        closed = true;
        if (cancelled) {
            return;
        }
        connection.toClient(() -> peer.ended(status, trailers));
        connection.remove(this);
        process().at(0, () -> {
            Listener<Q> hearer = listener;
            if (hearer != null && !cancelled) {
                hearer.onComplete();
            }
        });
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public Attributes getAttributes() {
        return Attributes.EMPTY;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
        return method;
    }

    /** A message came. */
    void arrived(Payload payload) {
        if (!cancelled && !closed) {
            inbox.add(payload);
            deliver();
        }
    }

    /** The client sends no more. */
    void halfClosed() {
        halfClosed = true;
        deliver();
    }

    /** The client has read a message. */
    void read(int bytes) {
        boolean wasReady = isReady();
        unreadBytes -= bytes;
        if (!wasReady && isReady()) {
            process().at(0, this::tellReady);
        }
    }

    /** The client has cancelled the call, or the connection broke. */
    void cancelled() {
        if (cancelled || closed) {
            return;
        }
        cancelled = true;
        inbox.clear();
        connection.remove(this);
        Listener<Q> hearer = listener;
        if (hearer != null) {
            hearer.onCancel();
        }
    }

    private void deliver() {
        Listener<Q> hearer = listener;
        if (delivering || hearer == null) {
            return;
        }
        delivering = true;
        while (!cancelled && !closed && requested > 0 && !inbox.isEmpty()) {
            requested--;
            Payload next = inbox.remove();
            peer.read(next.sizeBytes());
            hearer.onMessage(next.read(method.getRequestMarshaller()));
        }
        delivering = false;
        if (halfClosed && !halfCloseTold && inbox.isEmpty() && !cancelled && !closed) {
            halfCloseTold = true;
            hearer.onHalfClose();
        }
    }
}
