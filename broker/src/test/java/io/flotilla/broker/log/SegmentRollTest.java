package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.image.LogSettings;
import io.flotilla.model.record.BatchPatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a log closes a file and begins the next one. */
class SegmentRollTest {
    private final LogOnDisk world = new LogOnDisk(LogOnDisk.SMALL);

    private List<Long> bases() {
        return world.log.view().extents().stream()
                .map(SegmentExtent::baseOffset)
                .toList();
    }

    private void configure(String key, String value) {
        world.log.configure(LogSettings.of(Map.of(key, value)));
    }

    @Test
    void aSegmentEndsBeforeItsRecordsSpanMoreThanItsTime() {
        configure("segment.ms", "1000");
        world.append(0, Batches.at(5_000));
        world.append(0, Batches.at(6_000));
        assertThat(bases()).containsExactly(0L);
        world.append(0, Batches.at(6_001));
        assertThat(bases()).containsExactly(0L, 2L);
        world.append(0, Batches.at(5_500));
        assertThat(bases()).as("records of before belong nowhere else").containsExactly(0L, 2L);
        world.append(0, Batches.at(7_002));
        assertThat(bases()).containsExactly(0L, 2L, 4L);
    }

    @Test
    void theTimeOfASegmentIsKnownAfterARestart() {
        configure("segment.ms", "1000");
        world.append(0, Batches.at(5_000));
        world.log.finish();
        world.checkpoint();
        world.kill();
        configure("segment.ms", "1000");
        world.append(0, Batches.at(6_000));
        assertThat(bases()).containsExactly(0L);
        world.append(0, Batches.at(6_001));
        assertThat(bases()).containsExactly(0L, 2L);
    }

    @Test
    void whereRecordsHaveNoTimeThatOfTheirAppendCounts() {
        configure("segment.ms", "1000");
        world.log.appendAsLeader(Batches.at(-1), 0, 5_000);
        world.log.appendAsLeader(Batches.at(-1), 0, 6_000);
        assertThat(bases()).containsExactly(0L);
        world.log.appendAsLeader(Batches.at(-1), 0, 6_001);
        assertThat(bases()).containsExactly(0L, 2L);
    }

    @Test
    void aFollowerCutsItsSegmentsWhereItsLeaderDoes() {
        configure("segment.ms", "1000");
        long[] times = {5_000, 6_001, 6_500, 7_002};
        for (int i = 0; i < times.length; i++) {
            var batch = Batches.at(times[i]);
            BatchPatch.assign(Batches.view(batch), i, 0, 99);
            assertThat(world.log.appendAsFollower(batch, 0)).isInstanceOf(FollowerAppend.Appended.class);
        }
        assertThat(bases()).containsExactly(0L, 1L, 3L);
    }

    @Test
    void aNewSizeHoldsFromTheNextAppendOn() {
        world.append(0, Batches.ofBytes(1_500));
        world.append(0, Batches.ofBytes(1_500));
        assertThat(bases()).containsExactly(0L, 1L);
        configure("segment.bytes", "1048576");
        for (int i = 0; i < 10; i++) {
            world.append(0, Batches.ofBytes(1_500));
        }
        assertThat(bases()).containsExactly(0L, 1L);
        world.log.configure(LogSettings.NONE);
        world.append(0, Batches.ofBytes(1_500));
        assertThat(bases()).as("the directory's size again").containsExactly(0L, 1L, 12L);
    }
}
