package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.broker.log.PartitionLog;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EpochHistoryTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final EpochHistory predicate = new EpochHistory();

    private static WrittenBatches threeEpochs() {
        return new WrittenBatches().batch(1, 1).batch(2, 2).batch(2, 3).batch(4, 4);
    }

    private void look() {
        predicate.wholeLogs(cluster);
    }

    @Test
    void whatIsRememberedIsWhatIsStored() {
        cluster.replica(1).follows(4, 4, 0).stores(threeEpochs().log()).log = Optional.of(RealLog.with(threeEpochs()));
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void anEpochIsRememberedWhoseBatchIsGone() {
        cluster.replica(1)
                        .follows(4, 4, 0)
                        .stores(new WrittenBatches()
                                .batch(1, 1)
                                .batch(2, 2)
                                .batch(2, 3)
                                .batch(2, 4)
                                .log())
                        .log =
                Optional.of(RealLog.with(threeEpochs()));
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void aTruncationForgetsTheEpochs() {
        PartitionLog log = RealLog.with(threeEpochs());
        cluster.replica(1).follows(4, 4, 0).stores(threeEpochs().log()).log = Optional.of(log);
        look();
        log.truncateTo(2);
        cluster.replica(1).stores(new WrittenBatches().batch(1, 1).batch(2, 2).log());
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void aBatchOfALaterEpochThanTheReplicaKnows() {
        cluster.replica(1).follows(4, 4, 0).log = Optional.of(RealLog.with(threeEpochs()));
        assertThatCode(() -> predicate.afterEvent(cluster, cluster.replicasTouched(1)))
                .doesNotThrowAnyException();
        cluster.replica(1).follows(3, 4, 0);
        assertThatThrownBy(() -> predicate.afterEvent(cluster, cluster.replicasTouched(1)))
                .isInstanceOf(Violation.class);
    }
}
