package io.flotilla.broker.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a call: answers come from any thread and go out one at a time, in the order in which they came,
 * while the transport takes them. Whoever finds nobody writing writes, on the executor. Ends with its call; what it
 * still holds is dropped then. The queue is bounded by what the stream lets its peer have under way.
 */
final class AnswerWriter<A> {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerWriter.class);

    private final ServerCall<?, A> call;
    private final Executor executor;
    private final Rules<A> rules;
    private final Queue<A> waiting = new ConcurrentLinkedQueue<>();
    /** Goes before all that waits, and whatever the rules say. */
    private final Queue<A> urgent = new ConcurrentLinkedQueue<>();
    /** Reasons to look at the queue that nobody has worked off; who makes it 1 writes. */
    private final AtomicInteger work = new AtomicInteger();

    /** Set once: how the call ends when the queue is empty. */
    private volatile @Nullable Status finish;
    /** Set once: how the call ends now, whatever waits. */
    private volatile @Nullable Ending ending;
    /** Nothing may be sent any more. Writer only. */
    private boolean ended;

    private record Ending(Status status, Metadata trailers, boolean tellPeer) {}

    /** What a stream wants to decide and know about its answers. Called by the writer, one call at a time. */
    interface Rules<A> {
        /** Whether the next answer may go; after false, somebody must call {@link AnswerWriter#resume}. */
        default boolean mayGo(A answer) {
            return true;
        }

        /** The transport has the answer. */
        default void onWritten(A answer) {}

        /** The answer will never go: free what it holds. */
        default void onDropped(A answer) {}
    }

    AnswerWriter(ServerCall<?, A> call, Executor executor, Rules<A> rules) {
        this.call = call;
        this.executor = executor;
        this.rules = rules;
    }

    /** Sends the answer when its turn comes. */
    void add(A answer) {
        waiting.add(answer);
        resume();
    }

    /** Sends the answer as soon as the transport is ready; for small ones that keep the stream alive. */
    void addUrgent(A answer) {
        urgent.add(answer);
        resume();
    }

    /** Looks again: the transport is ready, or a rule's condition may hold now. */
    void resume() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        try {
            executor.execute(this::work);
        } catch (RejectedExecutionException e) {
            LOG.debug("dropped the answers of a call, the process shuts down");
            ending = new Ending(Status.UNAVAILABLE, new Metadata(), false);
            work();
        }
    }

    /** Ends the call well once everything that waits has gone. */
    void finish() {
        finish = Status.OK;
        resume();
    }

    /** Ends the call with an error at once. */
    void fail(Status status, Metadata trailers) {
        if (ending == null) {
            ending = new Ending(status, trailers, true);
        }
        resume();
    }

    /** The call has ended by itself. */
    void stop() {
        ending = new Ending(Status.CANCELLED, new Metadata(), false);
        resume();
    }

    private void work() {
        int seen = work.get();
        do {
            write();
            seen = work.addAndGet(-seen);
        } while (seen != 0);
    }

    private void write() {
        while (true) {
            Ending now = ending;
            if (ended || now != null) {
                end(now);
                return;
            }
            if (!urgent.isEmpty() && call.isReady()) {
                send(urgent.remove());
                continue;
            }
            A next = waiting.peek();
            if (next == null) {
                Status well = finish;
                if (well != null && waiting.isEmpty()) {
                    end(new Ending(well, new Metadata(), true));
                }
                return;
            }
            if (!call.isReady() || !rules.mayGo(next)) {
                return;
            }
            waiting.remove();
            send(next);
        }
    }

    private void send(A answer) {
        try {
            call.sendMessage(answer);
        } catch (RuntimeException e) {
            LOG.debug("the call ended before its answer went", e);
            rules.onDropped(answer);
            fail(Status.INTERNAL.withDescription("an answer could not be sent").withCause(e), new Metadata());
            return;
        }
        rules.onWritten(answer);
    }

    private void end(@Nullable Ending how) {
        drop(urgent);
        drop(waiting);
        if (!ended && how != null && how.tellPeer()) {
            try {
                call.close(how.status(), how.trailers());
            } catch (IllegalStateException e) {
                LOG.debug("the call had ended already", e);
            }
        }
        ended = true;
    }

    private void drop(Queue<A> answers) {
        for (A next = answers.poll(); next != null; next = answers.poll()) {
            rules.onDropped(next);
        }
    }
}
