package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.Replay;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokersImage;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.image.TopicSettings;
import io.flotilla.proto.internal.v1.CommandResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A decision in the making: the records so far, and the image as it would be with them, so that each part of a command
 * sees what the parts before it do. Lives within one decision.
 */
final class Draft {
    private final long baseRevision;
    private final List<MetadataRecord> records = new ArrayList<>();
    private final List<RiskyElection> riskyElections = new ArrayList<>();
    private MetadataImage image;

    Draft(MetadataImage image) {
        this.baseRevision = image.revision();
        this.image = image;
    }

    /** Says what should become of a partition; empty leaves it alone. */
    interface PartitionRule {
        Optional<PartitionChange> change(TopicSettings settings, PartitionState state);
    }

    /** The image with the records so far. */
    MetadataImage image() {
        return image;
    }

    BrokersImage brokers() {
        return image.brokers();
    }

    /** The revision that the records get. */
    long nextRevision() {
        return baseRevision + 1;
    }

    /** The revision after this decision: one more, if anything changes. */
    long revision() {
        return records.isEmpty() ? baseRevision : nextRevision();
    }

    boolean changesNothing() {
        return records.isEmpty();
    }

    void add(MetadataRecord record) {
        records.add(record);
        image = Replay.one(image, record);
    }

    /** A change of a partition, judged by the brokers as they are in this draft. */
    PartitionChange changeOf(TopicSettings settings, PartitionState state) {
        BrokersImage brokers = image.brokers();
        return new PartitionChange(state, settings, brokers::eligible);
    }

    /** Applies a rule to every partition, in the order of topic names and partition numbers. */
    void changePartitions(PartitionRule rule) {
        for (TopicImage topic : image.topics().byName().values()) {
            changePartitions(topic, rule);
        }
    }

    void changePartitions(TopicImage topic, PartitionRule rule) {
        TopicSettings settings = topic.settings();
        for (int number = 0; number < topic.partitions().size(); number++) {
            Optional<PartitionChange> change =
                    rule.change(settings, topic.partitions().get(number));
            if (change.isPresent()) {
                apply(topic, number, change.get());
            }
        }
    }

    void apply(TopicImage topic, int number, PartitionChange change) {
        change.build().ifPresent(changed -> {
            add(new PartitionSet(topic.id(), number, changed.state()));
            changed.election()
                    .filter(Elections.Kind::risky)
                    .ifPresent(kind -> riskyElections.add(new RiskyElection(
                            new PartitionId(topic.id(), number),
                            topic.name(),
                            changed.state().leader(),
                            kind)));
        });
    }

    Decision accept() {
        return accept(CommandResult.getDefaultInstance());
    }

    Decision accept(CommandResult answer) {
        return new Decision.Accepted(records, answer, riskyElections);
    }
}
