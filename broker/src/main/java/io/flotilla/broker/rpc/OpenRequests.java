package io.flotilla.broker.rpc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests of a stream that must still be answered: ends the call well when its peer sends no more and has all its
 * answers. Any thread; ends with its call.
 */
final class OpenRequests {
    private final AnswerWriter<?> answers;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean peerDone;

    OpenRequests(AnswerWriter<?> answers) {
        this.answers = answers;
    }

    int count() {
        return open.get();
    }

    void opened() {
        open.incrementAndGet();
    }

    /** The transport has the answer to one of them. */
    void answered() {
        if (open.decrementAndGet() == 0 && peerDone) {
            answers.finish();
        }
    }

    /** The peer has sent its last request. */
    void endWithLastAnswer() {
        peerDone = true;
        if (open.get() == 0) {
            answers.finish();
        }
    }
}
