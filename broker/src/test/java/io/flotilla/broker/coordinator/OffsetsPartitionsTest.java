package io.flotilla.broker.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetsPartitionsTest {
    /** Kafka's Utils.abs(groupId.hashCode()) % partitions. */
    @Test
    void groupsAreWhereKafkaHasThem() {
        assertThat(OffsetsPartitions.partitionOf("billing", 50)).isEqualTo(("billing".hashCode() & 0x7fff_ffff) % 50);
        assertThat("polygenelubricants".hashCode()).isEqualTo(Integer.MIN_VALUE);
        assertThat(OffsetsPartitions.partitionOf("polygenelubricants", 50)).isZero();
    }
}
