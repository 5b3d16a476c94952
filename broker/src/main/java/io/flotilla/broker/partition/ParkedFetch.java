package io.flotilla.broker.partition;

/** A consumer's question on its way through a partition, for as long as it waits. */
final class ParkedFetch {
    private final FetchQuestion question;
    private final Reply<FetchAnswer> reply;
    /** Set by the asker's thread, read by the loop's. */
    private volatile boolean cancelled;

    ParkedFetch(FetchQuestion question, Reply<FetchAnswer> reply) {
        this.question = question;
        this.reply = reply;
    }

    FetchQuestion question() {
        return question;
    }

    Reply<FetchAnswer> reply() {
        return reply;
    }

    boolean cancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }
}
