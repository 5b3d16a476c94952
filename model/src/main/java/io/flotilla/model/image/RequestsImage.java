package io.flotilla.model.image;

import java.util.Optional;
import java.util.UUID;
import org.pcollections.PMap;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/** Answers of the latest administrative requests, so that a retry with the same request id gets the same answer. */
public record RequestsImage(PVector<UUID> oldestFirst, PMap<UUID, byte[]> answers) {
    /** How many answers are remembered. */
    public static final int COUNT_MAX = 1000;

    public static final RequestsImage EMPTY = new RequestsImage(TreePVector.empty(), TreePMap.empty());

    public Optional<byte[]> answer(UUID requestId) {
        return Optional.ofNullable(answers.get(requestId));
    }

    /** Remembers an answer, and forgets the oldest one when there are too many. */
    public RequestsImage with(UUID requestId, byte[] answer) {
        if (answers.containsKey(requestId)) {
            return this;
        }
        PVector<UUID> order = oldestFirst.plus(requestId);
        PMap<UUID, byte[]> kept = answers.plus(requestId, answer);
        while (order.size() > COUNT_MAX) {
            kept = kept.minus(order.get(0));
            order = order.minus(0);
        }
        return new RequestsImage(order, kept);
    }
}
