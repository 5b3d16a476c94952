package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReportedIsStoredTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final ReportedIsStored predicate = new ReportedIsStored(cluster);

    @BeforeEach
    void threeRecordsAreOnEachDisk() {
        cluster.applied();
        StoredLog log = new WrittenBatches().batch(1, 7).batch(1, 8, 9).log();
        cluster.replica(1).leads(1, List.of(1, 2), 3, 0).stores(log);
        cluster.replica(2).follows(1, 3, 0).stores(log);
    }

    private void reports(long offset) {
        predicate.reported(cluster.node(2), HandMadeCluster.PARTITION, 1, offset);
    }

    private void commits(long offset) {
        predicate.committed(cluster.replica(1), 0, offset);
    }

    @Test
    void whatIsOnDiskIsReported() {
        assertThatCode(() -> reports(3)).doesNotThrowAnyException();
    }

    @Test
    void moreThanThatIsReported() {
        assertThatThrownBy(() -> reports(4)).isInstanceOf(Violation.class);
    }

    @Test
    void aLeaderCommitsWhatItHasOnDisk() {
        assertThatCode(() -> commits(3)).doesNotThrowAnyException();
    }

    @Test
    void aLeaderCommitsMoreThanThat() {
        assertThatThrownBy(() -> commits(4)).isInstanceOf(Violation.class);
    }

    @Test
    void ofAPartitionThatWasGivenUpNothingIsExpected() {
        cluster.mustKeep = false;
        assertThatCode(() -> reports(4)).doesNotThrowAnyException();
    }
}
