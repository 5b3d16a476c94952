package io.flotilla.sim.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.Durability;
import io.flotilla.sim.check.AckedRecord;
import io.flotilla.sim.check.Ghosts;
import io.flotilla.sim.check.Violation;
import io.flotilla.sim.check.Witness;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FinalReadingTest {
    private static final PartitionId PARTITION = new PartitionId(new TopicId(new UUID(1, 1)), 0);
    private static final long HEALED_NANOS = 100;

    private final Ghosts ghosts = new Ghosts();
    private final FinalReading reading = new FinalReading(new Witness() {}, ghosts, List.of(PARTITION));

    private void served(long offset, long value) {
        reading.served(PARTITION, 1, offset, value, 10);
    }

    private void acked(long offset, long value, long atNanos) {
        ghosts.acked(PARTITION, new AckedRecord(value, offset, 1, Durability.SYNCED, atNanos));
    }

    private void judge(long sinceNanos) {
        reading.judge(PARTITION, ghosts.of(PARTITION), sinceNanos);
    }

    @Test
    void everythingInOrder() {
        acked(1, 8, 1);
        served(0, 7);
        served(1, 8);
        assertThat(reading.missing(PARTITION, 2)).isEmpty();
        assertThatCode(() -> judge(0)).doesNotThrowAnyException();
    }

    @Test
    void whatSomebodyWantedDeletedMayBeGone() {
        acked(0, 7, 1);
        acked(2, 9, 1);
        ghosts.deleting(PARTITION, 2);
        served(1, 8);
        served(2, 9);
        assertThatCode(() -> judge(0)).doesNotThrowAnyException();
        assertThatThrownBy(() -> served(4, 9)).isInstanceOf(Violation.class);
    }

    @Test
    void notAtTheEnd() {
        served(0, 7);
        assertThat(reading.missing(PARTITION, 2)).isPresent();
    }

    @Test
    void anOffsetIsLeftOut() {
        served(0, 7);
        assertThatThrownBy(() -> served(2, 9)).isInstanceOf(Violation.class);
    }

    @Test
    void theBeginningIsGone() {
        assertThatThrownBy(() -> served(1, 8)).isInstanceOf(Violation.class);
    }

    @Test
    void anErrorLetsItBeginAnew() {
        served(0, 7);
        served(0, 7);
        assertThatCode(() -> served(1, 8)).doesNotThrowAnyException();
    }

    @Test
    void anotherValueThanAcknowledged() {
        acked(0, 6, 1);
        served(0, 7);
        assertThatThrownBy(() -> judge(0)).isInstanceOf(Violation.class);
    }

    @Test
    void afterTooManyLossesOnlyWhatIsNewCounts() {
        acked(0, 6, HEALED_NANOS - 1);
        acked(1, 9, HEALED_NANOS + 1);
        served(0, 7);
        served(1, 8);
        assertThatThrownBy(() -> judge(HEALED_NANOS))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("offset=1");
    }
}
