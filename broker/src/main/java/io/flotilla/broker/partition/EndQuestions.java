package io.flotilla.broker.partition;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Questions about the end of a leader's log that wait until every other member of the maximal ISR has spoken in this
 * epoch after the question came (R15). Owned by the partition's loop; ends with the leadership.
 */
final class EndQuestions {
    private record Waiting(long round, long deadlineNanos, Runnable answer, Consumer<FlotillaError> refuse) {}

    private final int sizeMax;
    /** By round, ascending. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    EndQuestions(int sizeMax) {
        this.sizeMax = sizeMax;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Answers at once if that is allowed, else lets the question wait. */
    void ask(LeaderState leader, long deadlineNanos, Runnable answer, Consumer<FlotillaError> refuse) {
        if (waiting.size() >= sizeMax) {
            refuse.accept(FlotillaError.notApplied(
                    ErrorCode.OVERLOADED, waiting.size() + " questions about the end of the log wait already"));
            return;
        }
        long round = leader.askEnd();
        if (leader.mayAnswerEnd(round)) {
            answer.run();
        } else {
            waiting.add(new Waiting(round, deadlineNanos, answer, refuse));
        }
    }

    /** Answers what may be answered now. */
    void answerThose(LeaderState leader) {
        for (Waiting next = waiting.peek(); next != null && leader.mayAnswerEnd(next.round()); next = waiting.peek()) {
            waiting.remove();
            next.answer().run();
        }
    }

    void expire(long nowNanos) {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting question = all.next();
            if (nowNanos - question.deadlineNanos() >= 0) {
                all.remove();
                question.refuse()
                        .accept(FlotillaError.notApplied(
                                ErrorCode.OFFSET_NOT_AVAILABLE,
                                "the in-sync replicas did not confirm the end of the log in time; ask again"));
            }
        }
    }

    void fail(FlotillaError error) {
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            next.refuse().accept(error);
        }
    }
}
