package io.flotilla.client.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class Murmur2Test {
    private static final long SEED = 20261121;
    private static final int LENGTH_MAX = 70;
    private static final int KEYS = 100_000;

    @Test
    void hashesLikeKafka() {
        Random random = new Random(SEED);
        for (int length = 0; length <= LENGTH_MAX; length++) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            assertThat(Murmur2.hash(key)).as("seed %d, length %d", SEED, length).isEqualTo(Utils.murmur2(key));
        }
    }

    @Test
    void keysLandOnKafkasPartitions() {
        Random random = new Random(SEED);
        for (int count = 0; count < KEYS; count++) {
            byte[] key = new byte[random.nextInt(LENGTH_MAX)];
            random.nextBytes(key);
            int partitions = 1 + random.nextInt(1_000);
            assertThat(Murmur2.partition(key, partitions))
                    .as("seed %d, key %d, %d partitions", SEED, count, partitions)
                    .isEqualTo(BuiltInPartitioner.partitionForKey(key, partitions));
        }
    }
}
