package io.flotilla.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ReplicaDigest;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Equal digests are not enough: they must cover all that the leader has. */
class ReplicaAgreementTest {
    private static final Map<TopicPartition, Long> ENDS_AT_5 = Map.of(new TopicPartition("t", 0), 5L);

    private static ReplicaDigest digest(int broker, long end, String sha256) {
        return new ReplicaDigest(0, broker, 0, end, 1, 1, sha256, Optional.empty());
    }

    private static ReplicaDigest unreadable(int broker) {
        return new ReplicaDigest(
                0,
                broker,
                0,
                0,
                0,
                0,
                "",
                Optional.of(FlotillaError.notApplied(ErrorCode.KAFKA_STORAGE_ERROR, "the disk is gone")));
    }

    @Test
    void equalDigestsUpToTheLeadersEnd() {
        assertThat(ReplicaAgreement.lacking(ENDS_AT_5, List.of(digest(1, 5, "a"), digest(2, 5, "a"))))
                .isEmpty();
    }

    @Test
    void equalDigestsOfNothing() {
        assertThat(ReplicaAgreement.lacking(ENDS_AT_5, List.of(digest(1, 0, "a"), digest(2, 0, "a"))))
                .isEqualTo("a replica of t-0 ends at 0, below its leader's end 5");
    }

    @Test
    void digestsThatDiffer() {
        assertThat(ReplicaAgreement.lacking(ENDS_AT_5, List.of(digest(1, 5, "a"), digest(2, 5, "b"))))
                .startsWith("replicas of t-0 differ");
    }

    @Test
    void replicasThatCannotBeRead() {
        assertThat(ReplicaAgreement.lacking(ENDS_AT_5, List.of(unreadable(1), unreadable(2))))
                .contains("cannot be read", "the disk is gone");
    }

    @Test
    void noDigests() {
        assertThat(ReplicaAgreement.lacking(ENDS_AT_5, List.of())).isEqualTo("nobody answers for t-0");
    }
}
