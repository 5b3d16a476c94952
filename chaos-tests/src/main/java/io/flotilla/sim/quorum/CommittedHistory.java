package io.flotilla.sim.quorum;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.command.DeltaListener;
import io.flotilla.sim.check.Election;
import io.flotilla.sim.check.Touches;
import io.flotilla.sim.check.Violation;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.world.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/** Every revision of the metadata that was ever committed, and the leaderships that they began. One thread. */
public final class CommittedHistory implements DeltaListener {
    private static final IncarnationId NOBODY = new IncarnationId(new UUID(0, 0));

    private final List<MetadataImage> images = new ArrayList<>(List.of(MetadataImage.EMPTY));
    private final Witness witness;
    private final Touches touches;
    private final Trace trace;
    private long isrChanges;

    public CommittedHistory(Witness witness, Touches touches, Trace trace) {
        this.witness = witness;
        this.touches = touches;
        this.trace = trace;
    }

    /** After everything that is committed. */
    public MetadataImage image() {
        return images.get(images.size() - 1);
    }

    /** After the revision. */
    public Optional<MetadataImage> at(long revision) {
        return revision >= 0 && revision < images.size() ? Optional.of(images.get((int) revision)) : Optional.empty();
    }

    /** How often an ISR changed. */
    public long isrChanges() {
        return isrChanges;
    }

    @Override
    public void applied(AppliedDelta applied) {
        MetadataImage before = image();
        MetadataImage after = applied.image();
        images.add(after);
        touches.controller();
        TreeSet<PartitionId> risky = new TreeSet<>();
        applied.riskyElections().forEach(election -> risky.add(election.partition()));
        for (TopicImage topic : after.topics().byName().values()) {
            Optional<TopicImage> earlier = before.topics().withId(topic.id());
            if (earlier.isEmpty() || earlier.get() != topic) {
                look(earlier, topic);
                for (int number = 0; number < topic.partitions().size(); number++) {
                    PartitionId id = new PartitionId(topic.id(), number);
                    look(id, before.topics().partition(id), topic.partitions().get(number), risky.contains(id));
                }
            }
        }
    }

    private void look(Optional<TopicImage> before, TopicImage after) {
        int replicas = after.partitions().get(0).replicas().size();
        int minIsr = after.settings().minInsyncReplicas(replicas);
        if (before.map(TopicImage::settings)
                .filter(old -> old.minInsyncReplicas(replicas) == minIsr)
                .isEmpty()) {
            trace.say(
                    "controller",
                    "topic %s with id %s: %s, %d of %d replicas must be in sync",
                    after.name(),
                    after.id(),
                    after.settings().durability(),
                    minIsr,
                    replicas);
        }
    }

    private void look(PartitionId id, Optional<PartitionState> before, PartitionState after, boolean risky) {
        if (before.isPresent() && before.get().equals(after)) {
            return;
        }
        if (before.isPresent() && !before.get().isr().equals(after.isr())) {
            isrChanges++;
        }
        trace.say(
                "controller",
                "partition %s: leader %d, leader epoch %d, partition epoch %d, isr %s, elr %s",
                id,
                after.leader(),
                after.leaderEpoch(),
                after.partitionEpoch(),
                after.isr(),
                after.elr());
        if (after.hasLeader()
                && before.filter(old -> old.leaderEpoch() == after.leaderEpoch())
                        .isEmpty()) {
            IncarnationId run = image().brokers()
                    .broker(after.leader())
                    .map(BrokerRegistration::incarnation)
                    .orElse(NOBODY);
            witness.elected(
                    id, new Election(after.leader(), after.leaderEpoch(), run, kind(before, after.leader()), risky));
        }
    }

    private static Election.Kind kind(Optional<PartitionState> before, int leader) {
        if (before.isEmpty()) {
            return Election.Kind.FIRST;
        } else if (before.get().isr().contains(leader)) {
            return Election.Kind.ISR;
        } else if (before.get().elr().contains(leader)) {
            return Election.Kind.ELR;
        }
        return before.get().lastKnownLeader() == leader ? Election.Kind.LAST_KNOWN : Election.Kind.UNCLEAN;
    }

    @Override
    public void loaded(MetadataImage image) {
        throw new IllegalStateException("the truth is never loaded");
    }

    @Override
    public void differs(String difference) {
        throw new Violation("MetadataPrefix", difference);
    }
}
