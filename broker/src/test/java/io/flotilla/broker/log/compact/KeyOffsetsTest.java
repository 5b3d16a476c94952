package io.flotilla.broker.log.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Keys of any bytes against a map, and what a full one does. */
class KeyOffsetsTest {
    @Test
    void knowsTheLastOffsetOfEachKey() {
        var random = new Random(4);
        var keys = new KeyOffsets(5_000);
        var model = new HashMap<ByteBuffer, Long>();
        for (long offset = 0; offset < 40_000; offset++) {
            var key = new byte[random.nextInt(3)];
            random.nextBytes(key);
            var wrapped = ByteBuffer.wrap(key);
            if (model.containsKey(wrapped) || model.size() < 5_000) {
                assertThat(keys.put(wrapped, offset)).isTrue();
                model.put(wrapped, offset);
            } else {
                assertThat(keys.put(wrapped, offset)).isFalse();
                assertThat(keys.latest(wrapped)).isEqualTo(KeyOffsets.NONE);
            }
        }
        assertThat(keys.size()).isEqualTo(5_000);
        model.forEach((key, offset) -> assertThat(keys.latest(key)).isEqualTo(offset));
    }

    @Test
    void takesNoMoreMemoryThanItWasGiven() {
        long bytes = 1 << 20;
        assertThat(new KeyOffsets(KeyOffsets.keysIn(bytes)).memoryBytes()).isLessThanOrEqualTo(bytes + 24);
        assertThat(KeyOffsets.keysIn(128L << 20)).isGreaterThan(5_000_000);
        assertThat(KeyOffsets.keysIn(Long.MAX_VALUE)).isPositive();
    }
}
