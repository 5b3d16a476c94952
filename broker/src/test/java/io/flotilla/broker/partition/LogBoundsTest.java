package io.flotilla.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import org.junit.jupiter.api.Test;

/** Who writes a log alone is told where it begins, in its own epoch only. */
class LogBoundsTest {
    private final PartitionStory story = PartitionStory.synced().leads(1, 2);

    @Test
    void theEndIsTheLogsAndNotTheHighWatermark() {
        story.produce(Acks.ALL, 1, 2, 3);

        assertThat(asks(PartitionStory.EPOCH).get()).isEqualTo(new LogBounds(0, 3));
        assertThat(story.status().highWatermark()).isZero();
    }

    @Test
    void anotherEpochIsRefused() {
        assertThat(asks(PartitionStory.EPOCH - 1).error().code()).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(asks(PartitionStory.EPOCH + 1).error().code()).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void aFollowerDoesNotKnow() {
        story.follows(2, PartitionStory.EPOCH + 1);

        assertThat(asks(PartitionStory.EPOCH + 1).error().code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    private Heard<LogBounds> asks(int epoch) {
        Heard<LogBounds> heard = new Heard<>();
        story.partition.findBounds(epoch, heard);
        story.settle();
        return heard;
    }
}
