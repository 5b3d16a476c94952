package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.proto.internal.v1.ReplicaPosition;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What followers ask, on the wire. */
class ReplicaFieldsTest {
    private static final PartitionId PARTITION = new PartitionId(new TopicId(new UUID(1, 2)), 3);

    private static ReplicaQuestion question(ReplicaWish wish) {
        return new ReplicaQuestion(4, 5, 6, 7, wish);
    }

    @Test
    void everyWishArrivesAsItWasSent() {
        for (ReplicaWish wish : List.of(
                new ReplicaWish.Fetch(9, 8, 7, 6, 5),
                new ReplicaWish.EpochEndOf(3),
                new ReplicaWish.Report(12),
                new ReplicaWish.Suspicion(0, 12),
                new ReplicaWish.Suspicion(11, 0),
                new ReplicaWish.Stop())) {
            ReplicaPosition sent = ReplicaFields.position(PARTITION, question(wish));
            assertThat(ReplicaFields.partition(sent)).isEqualTo(PARTITION);
            assertThat(ReplicaFields.question(sent)).isEqualTo(question(wish));
        }
    }

    @Test
    void aLeaderThatKnowsNoSuspicionTakesAReport() {
        ReplicaPosition sent = ReplicaFields.position(PARTITION, question(new ReplicaWish.Suspicion(11, 12)));
        assertThat(sent.getWishCase()).isEqualTo(ReplicaPosition.WishCase.REPORT);
        assertThat(sent.getReport().getReportedOffset()).isEqualTo(12);
    }
}
