package io.flotilla.client.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.internal.batch.PartitionChooser.TopicPartitions;
import io.flotilla.model.error.FlotillaError;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionChooserTest {
    private static final long SEED = 20261130;
    private static final int BATCH_BYTES = 100;

    private final int[] queued = new int[4];
    private final boolean[] led = {true, true, true, true};

    private final TopicPartitions partitions = new TopicPartitions() {
        @Override
        public int count() {
            return queued.length;
        }

        @Override
        public boolean isLed(int partition) {
            return led[partition];
        }

        @Override
        public int queuedBatches(int partition) {
            return queued[partition];
        }
    };

    private static PartitionChooser chooser(PartitionChoice choice) {
        return choice.factory(BATCH_BYTES, new SplittableRandom(SEED)).forTopic("songs");
    }

    private static PendingRecord record(byte[] key, int valueBytes) {
        return new PendingRecord(
                new PendingRecord.Target("songs", PendingRecord.ANY_PARTITION, 0),
                new PendingRecord.Content(key, new byte[valueBytes], List.of()),
                new PendingRecord.Listener() {
                    @Override
                    public void acknowledged(PendingRecord.Acknowledgement acknowledgement) {}

                    @Override
                    public void failed(FlotillaError error) {}
                });
    }

    /** How often each partition was chosen for keyless records that fill a batch each. */
    private int[] draws(PartitionChooser chooser, int count) {
        int[] chosen = new int[queued.length];
        for (int i = 0; i < count; i++) {
            chosen[chooser.choose(record(null, BATCH_BYTES), partitions)]++;
        }
        return chosen;
    }

    @Test
    void recordsWithoutAKeyStayTogetherUntilABatchIsFull() {
        PartitionChooser chooser = chooser(PartitionChoice.KEYS_BY_LOAD);
        int bytes = record(null, 10).sizeBytes();
        int first = chooser.choose(record(null, 10), partitions);
        for (int sum = bytes; sum < BATCH_BYTES; sum += bytes) {
            assertThat(chooser.choose(record(null, 10), partitions)).isEqualTo(first);
        }
        int[] later = draws(chooser, 400);
        assertThat(IntStream.of(later).filter(count -> count > 0).count()).isEqualTo(4);
    }

    @Test
    void withoutQueuesEveryPartitionGetsAboutTheSame() {
        for (int count : draws(chooser(PartitionChoice.KEYS_BY_LOAD), 4_000)) {
            assertThat(count).as("seed %d", SEED).isBetween(850, 1_150);
        }
    }

    @Test
    void aPartitionWhoseBatchesPileUpGetsLess() {
        queued[2] = 9; // the others weigh ten times as much
        int[] chosen = draws(chooser(PartitionChoice.KEYS_BY_LOAD), 3_100);
        assertThat(chosen[2]).as("seed %d", SEED).isBetween(60, 140);
    }

    @Test
    void uniformLooksAtNoQueue() {
        queued[2] = 9;
        assertThat(draws(chooser(PartitionChoice.KEYS_UNIFORM), 4_000)[2]).isBetween(850, 1_150);
    }

    @Test
    void aPartitionWithoutALeaderIsLeftOutWhileAnyHasOne() {
        led[1] = false;
        assertThat(draws(chooser(PartitionChoice.KEYS_BY_LOAD), 500)[1]).isZero();
        assertThat(draws(chooser(PartitionChoice.ROUND_ROBIN), 500)[1]).isZero();
        led[0] = false;
        led[2] = false;
        led[3] = false;
        assertThat(draws(chooser(PartitionChoice.KEYS_BY_LOAD), 500)).doesNotContain(0);
        assertThat(draws(chooser(PartitionChoice.ROUND_ROBIN), 500)).containsOnly(125);
    }

    @Test
    void equalKeysLandOnOnePartitionUnlessKeysAreIgnored() {
        byte[] key = {1, 2, 3};
        PartitionChooser byKey = chooser(PartitionChoice.KEYS_BY_LOAD);
        PartitionChooser ignoring = chooser(PartitionChoice.UNIFORM);
        int place = Murmur2.partition(key, 4);
        int elsewhere = 0;
        for (int i = 0; i < 200; i++) {
            assertThat(byKey.choose(record(key, BATCH_BYTES), partitions)).isEqualTo(place);
            elsewhere += ignoring.choose(record(key, BATCH_BYTES), partitions) == place ? 0 : 1;
        }
        assertThat(elsewhere).isGreaterThan(100);
    }

    @Test
    void roundRobinTakesOneAfterTheOther() {
        PartitionChooser chooser = chooser(PartitionChoice.ROUND_ROBIN);
        assertThat(IntStream.range(0, 8)
                        .map(i -> chooser.choose(record(new byte[] {9}, 1), partitions))
                        .toArray())
                .containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
    }
}
