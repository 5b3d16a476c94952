package io.flotilla.broker.partition;

import static io.flotilla.broker.partition.PartitionStory.EPOCH;
import static io.flotilla.broker.partition.PartitionStory.FREE_BYTES_MIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.Outcome;
import org.junit.jupiter.api.Test;

/** A directory that is nearly full takes nothing new, and does everything else. */
class LowSpaceTest {
    private static void find(PartitionStory partition, long freeBytes) {
        partition.storage.disk().limitFreeBytes(freeBytes);
        partition.space.look();
    }

    // ---- leaders -------------------------------------------------------------------------------------------------

    @Test
    void aWriteIsRefusedWithWhatIsWrongAndWhatHelps() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        find(partition, FREE_BYTES_MIN - 1);
        var refused = partition.produce(Acks.ALL, 1);
        assertThat(refused.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refused.error().message())
                .contains("disk has 3999 bytes free", "log.free.bytes.min 4000", "Free space");
        assertThat(refused.error().retryAfterMs()).isPositive();
        assertThat(partition.log().logEnd()).isZero();
    }

    @Test
    void writesAreTakenAgainOnceThereIsSpace() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        find(partition, 0);
        assertThat(partition.produce(Acks.ALL, 1).code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        find(partition, 2 * FREE_BYTES_MIN);
        assertThat(partition.produce(Acks.ALL, 1).get().baseOffset()).isZero();
    }

    @Test
    void theReserveIsLeftAloneHoweverFastTheWritesCome() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        find(partition, FREE_BYTES_MIN + 1_000);
        for (int batch = 0; batch < 100; batch++) {
            partition.produce(Acks.ALL, batch);
        }
        assertThat(partition.log().logEnd()).isBetween(1L, 99L);
        assertThat(partition.storage.disk().freeBytes()).isBetween(FREE_BYTES_MIN / 2, FREE_BYTES_MIN);
    }

    @Test
    void recordsAreReadAndGivenUpMeanwhile() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1);
        partition.produce(Acks.ALL, 2);
        find(partition, FREE_BYTES_MIN / 2);
        assertThat(partition.consume(0, 0).get().records()).isNotNull();
        assertThat(partition.deletesBelow(1, 1_000).get()).isEqualTo(1);
        assertThat(partition.log().logStart()).isEqualTo(1);
    }

    // ---- followers -----------------------------------------------------------------------------------------------

    @Test
    void aFollowerTakesWhatLeadersHaveAlreadyPromised() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        find(partition, FREE_BYTES_MIN - 1);
        partition.answered(2, 0, TestBatches.stored(0, EPOCH, 1));
        assertThat(partition.status().reportedOffset()).isEqualTo(1);
        assertThat(partition.events).isEmpty();
    }

    @Test
    void belowHalfOfTheMinimumItWaitsAndThenGoesOnByItself() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        find(partition, FREE_BYTES_MIN / 2 - 1);
        partition.answered(2, 1, TestBatches.stored(0, EPOCH, 1)).after(1_000);
        partition.answered(2, 1, TestBatches.stored(0, EPOCH, 1)).after(1_000);
        assertThat(partition.log().logEnd()).isZero();
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.FOLLOWER);
        assertThat(partition.events).containsExactly("full"); // told once

        find(partition, FREE_BYTES_MIN);
        partition.answered(2, 1, TestBatches.stored(0, EPOCH, 1));
        assertThat(partition.status().reportedOffset()).isEqualTo(1);
    }

    @Test
    void whatItsLeaderHasGivenUpItGivesUpAlthoughItCannotGoOn() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        partition.answered(2, 0, TestBatches.stored(0, EPOCH, 1));
        partition.answered(2, 0, TestBatches.stored(1, EPOCH, 2));
        find(partition, 0);
        partition.answeredFrom(2, 1, 2, TestBatches.stored(2, EPOCH, 3));
        assertThat(partition.log().logStart()).isEqualTo(1);
        assertThat(partition.log().logEnd()).isEqualTo(2);
    }

    @Test
    void itStillCutsOffWhatItsLeaderNeverHad() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        partition.answered(2, 0, TestBatches.stored(0, EPOCH, 1));
        partition.answered(2, 0, TestBatches.stored(1, EPOCH, 2));
        find(partition, FREE_BYTES_MIN / 4);
        partition.follows(3, EPOCH + 1).diverges(3, EPOCH, 1);
        assertThat(partition.log().logEnd()).isEqualTo(1);
    }
}
