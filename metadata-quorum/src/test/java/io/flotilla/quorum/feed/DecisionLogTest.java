package io.flotilla.quorum.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.feed.DecisionLog.Entry;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What was decided on a partition is remembered, within bounds. */
class DecisionLogTest {
    private static final TopicId ORDERS = new TopicId(new UUID(1, 1));

    private final DecisionLog log = new DecisionLog(20);
    private MetadataImage image = MetadataImage.EMPTY;

    @Test
    void everyDecisionIsThereWithItsCause() {
        create("created");
        decide("elected", new PartitionSet(ORDERS, 0, led(2)));

        DecisionLog.Found found = log.find("orders", 0).orElseThrow();
        assertThat(found.complete()).isTrue();
        assertThat(found.entries())
                .extracting(
                        Entry::revision,
                        Entry::atMs,
                        Entry::cause,
                        entry -> entry.state().leader())
                .containsExactly(tuple(1L, 1001L, "created", 1), tuple(2L, 1002L, "elected", 2));
    }

    @Test
    void theStepsOfOneDecisionAreOneEntry() {
        create("created");
        decide("moved", new PartitionSet(ORDERS, 0, led(2)), new PartitionSet(ORDERS, 0, led(3)));

        assertThat(log.find("orders", 0).orElseThrow().entries())
                .extracting(entry -> entry.state().leader())
                .containsExactly(1, 3);
    }

    @Test
    void aPartitionKeepsItsLatestDecisions() {
        create("created");
        for (int leader = 2; leader < 40; leader++) {
            decide("elected", new PartitionSet(ORDERS, 0, led(leader)));
        }

        DecisionLog.Found found = log.find("orders", 0).orElseThrow();
        assertThat(found.complete()).isFalse();
        assertThat(found.entries()).hasSize(DecisionLog.OF_PARTITION_MAX);
        assertThat(found.entries().get(DecisionLog.OF_PARTITION_MAX - 1).state().leader())
                .isEqualTo(39);
    }

    @Test
    void allPartitionsTogetherKeepSoMany() {
        MetadataRecord[] records = new MetadataRecord[31];
        records[0] = new TopicCreated("orders", ORDERS);
        for (int number = 0; number < 30; number++) {
            records[1 + number] = new PartitionSet(ORDERS, number, led(1));
        }
        decide("created", records);

        int kept = 0;
        for (int number = 0; number < 30; number++) {
            Entry first = log.find("orders", number).orElseThrow().entries().get(0);
            kept += first.cause().isEmpty() ? 0 : 1;
            assertThat(first.state().leader())
                    .as("what is forgotten is still described")
                    .isEqualTo(1);
        }
        assertThat(kept).isEqualTo(20);
    }

    @Test
    void aSnapshotForgetsAndWhatComesAfterSaysSo() {
        create("created");
        log.loaded(image);
        assertThat(log.find("orders", 0).orElseThrow().complete()).isFalse();

        decide("elected", new PartitionSet(ORDERS, 0, led(2)));
        assertThat(log.find("orders", 0).orElseThrow().entries())
                .extracting(Entry::cause)
                .containsExactly("", "elected");
    }

    @Test
    void aDeletedTopicIsForgotten() {
        create("created");
        decide("deleted", new TopicRemoved(ORDERS));

        assertThat(log.find("orders", 0)).isEmpty();
        create("created again");
        assertThat(log.find("orders", 0).orElseThrow().entries()).hasSize(1);
    }

    private void create(String cause) {
        decide(cause, new TopicCreated("orders", ORDERS), new PartitionSet(ORDERS, 0, led(1)));
    }

    private void decide(String cause, MetadataRecord... records) {
        MetadataDelta delta = new MetadataDelta(image.revision(), image.revision() + 1, List.of(records));
        image = delta.applyTo(image);
        log.applied(new AppliedDelta(delta, image, 1000 + image.revision(), cause, List.of()));
    }

    private static PartitionState led(int leader) {
        return new PartitionState(
                List.of(new Replica(leader, 1)),
                List.of(leader),
                List.of(),
                leader,
                leader,
                leader,
                PartitionState.NO_LEADER,
                PartitionPlan.NONE);
    }
}
