package io.flotilla.quorum.command;

import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.proto.internal.v1.BalanceLeadersCommand;
import io.flotilla.proto.internal.v1.Command;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lets preferred leaders lead again, for brokers that lead too few of the partitions that they should, a few at a time.
 * Source: Kafka's leader.imbalance.per.broker.percentage.
 */
public final class BalanceLeaders {
    private BalanceLeaders() {}

    /** The command that evens out the leaders of this image; empty where nothing would move. */
    public static Optional<Command.Builder> proposal(MetadataImage image, BalanceLeadersCommand limits) {
        boolean moves = decide(image, limits) instanceof Decision.Accepted accepted
                && !accepted.records().isEmpty();
        return moves ? Optional.of(Command.newBuilder().setBalanceLeaders(limits)) : Optional.empty();
    }

    static Decision decide(MetadataImage image, BalanceLeadersCommand limits) {
        if (image.featureLevel() < FeatureRange.OPERATIONS) {
            return Decision.nothing();
        }
        Map<Integer, Share> shares = shares(image);
        Draft draft = new Draft(image);
        int[] left = {limits.getMovesMax() - movesUnderWay(image)};
        draft.changePartitions((settings, state) -> {
            int preferred = ElectLeaders.preferred(state);
            Share share = shares.get(preferred);
            if (left[0] <= 0
                    || share == null
                    || !share.exceeds(limits.getImbalancePercentMax())
                    || !movable(image, state, preferred)) {
                return Optional.empty();
            }
            left[0]--;
            return Optional.of(draft.changeOf(settings, state).plansLeader(preferred));
        });
        return draft.accept();
    }

    private static boolean movable(MetadataImage image, PartitionState state, int preferred) {
        return state.hasLeader()
                && state.leader() != preferred
                && !state.plan().movesLeader()
                && state.isr().contains(preferred)
                && image.brokers().eligible(preferred);
    }

    /** Of the partitions that a broker should lead, how many others lead. */
    private static final class Share {
        private int preferred;
        private int elsewhere;

        boolean exceeds(int percentMax) {
            return elsewhere * 100L > (long) percentMax * preferred;
        }
    }

    private static Map<Integer, Share> shares(MetadataImage image) {
        Map<Integer, Share> shares = new TreeMap<>();
        for (TopicImage topic : image.topics().byName().values()) {
            for (PartitionState state : topic.partitions()) {
                Share share = shares.computeIfAbsent(ElectLeaders.preferred(state), id -> new Share());
                share.preferred++;
                share.elsewhere += state.hasLeader() && state.leader() != ElectLeaders.preferred(state) ? 1 : 0;
            }
        }
        return shares;
    }

    private static int movesUnderWay(MetadataImage image) {
        int moves = 0;
        for (TopicImage topic : image.topics().byName().values()) {
            for (PartitionState state : topic.partitions()) {
                moves += state.plan().movesLeader() ? 1 : 0;
            }
        }
        return moves;
    }
}
