package io.flotilla.quorum.command;

import io.flotilla.model.image.MetadataImage;
import java.util.List;
import java.util.Optional;

/** What is wrong with replicas that somebody names. */
final class Assignments {
    private Assignments() {}

    /** Why a new partition cannot have these replicas, in words for people; empty when it can. */
    static Optional<String> defectOfNew(MetadataImage image, List<Integer> replicas) {
        Optional<String> defect = defect(image, replicas, List.of());
        if (defect.isPresent()) {
            return defect;
        }
        return replicas.stream().anyMatch(image.brokers()::eligible)
                ? Optional.empty()
                : Optional.of("none of the brokers " + replicas + " is in service");
    }

    /**
     * Why a partition cannot come to have these replicas.
     *
     * @param present brokers that have one already, and so may be cordoned
     */
    static Optional<String> defect(MetadataImage image, List<Integer> replicas, List<Integer> present) {
        if (replicas.isEmpty()) {
            return Optional.of("has no replicas; at least one broker is needed");
        }
        if (replicas.stream().distinct().count() != replicas.size()) {
            return Optional.of("replicas " + replicas + " name a broker twice");
        }
        for (int id : replicas) {
            if (image.brokers().broker(id).isEmpty()) {
                return Optional.of("broker " + id + " is not registered");
            }
            if (!present.contains(id) && image.brokerConfigs().cordons(id)) {
                return Optional.of(
                        "broker " + id + " is cordoned and gets no new replicas; name another, or uncordon it");
            }
        }
        return Optional.empty();
    }
}
