package io.flotilla.broker.partition;

import io.flotilla.model.error.FlotillaError;

/** Builds the plain answers to followers. */
final class ReplicaAnswers {
    private ReplicaAnswers() {}

    static void refuse(ReplicaQuestion question, FlotillaError error, ReplicaReply reply) {
        reply.answer(new ReplicaAnswer(
                new AnswerHeader(
                        question.leaderEpoch(), question.session(), logEnd(question), -1, -1, 0, null, null, error),
                null));
    }

    /** Log end of the question, 0 for one that carries none. */
    static long logEnd(ReplicaQuestion question) {
        return question.wish() instanceof ReplicaWish.Fetch fetch ? fetch.logEnd() : 0;
    }
}
