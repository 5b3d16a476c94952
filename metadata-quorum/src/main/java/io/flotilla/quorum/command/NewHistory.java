package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.ClusterNamed;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.ProducerIdsReserved;
import io.flotilla.model.delta.Replay;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;

/**
 * Begins another line of revisions where a majority was lost. The lost voters may have decided more than is known here,
 * and brokers and clients may have seen it: whatever number they were given must not be given again with another
 * meaning. So everything that counts jumps further than the lost decisions can have come.
 */
final class NewHistory {
    /** More revisions than a lost majority can have made, and more producer ids than it can have handed out. */
    static final long REVISIONS_SKIPPED = MetadataImage.REVISIONS_OF_A_RECOVERY;

    /** More leaderships and changes than one partition can have had meanwhile; 2,000 recoveries fit into an int. */
    static final int EPOCHS_SKIPPED = 1 << 20;

    private NewHistory() {}

    static MetadataImage of(MetadataImage image, String historyId) {
        MetadataImage next = Replay.one(image, new ClusterNamed(image.clusterId(), historyId));
        for (TopicImage topic : image.topics().byName().values()) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                PartitionState later = later(topic.partitions().get(number));
                next = Replay.one(next, new PartitionSet(topic.id(), number, later));
            }
        }
        next = Replay.one(next, new ProducerIdsReserved(image.nextProducerId() + REVISIONS_SKIPPED));
        return next.withRevision(image.revision() + REVISIONS_SKIPPED);
    }

    /** The same partition in epochs that nobody has led in. */
    private static PartitionState later(PartitionState state) {
        return new PartitionState(
                state.replicas(),
                state.isr(),
                state.elr(),
                state.leader(),
                Math.addExact(state.leaderEpoch(), EPOCHS_SKIPPED),
                Math.addExact(state.partitionEpoch(), EPOCHS_SKIPPED),
                state.lastKnownLeader(),
                state.plan());
    }
}
