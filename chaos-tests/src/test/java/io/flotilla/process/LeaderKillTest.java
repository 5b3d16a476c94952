package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leaders die by SIGKILL, one after the other, while an idempotent producer sends. */
@Tag("process")
class LeaderKillTest {
    private static final int KILLS = Integer.getInteger("flotilla.process.leader.kills", 4);
    /** Above 0, a leader dies every ten seconds for so long, instead of so many at once. */
    private static final int SECONDS = Integer.getInteger("flotilla.process.leader.seconds", 0);

    private static final Duration BETWEEN = Duration.ofSeconds(10);
    private static final int PARTITIONS = 2;
    private static final int RECORDS_BETWEEN = 1_500;

    private static final Clock CLOCK = new SystemClock();

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3);

    @Test
    void acknowledgedRecordsOutliveTheirLeaders() {
        CLUSTER.createTopic("leaders", PARTITIONS, 3);
        AckedLoad.Verdict verdict;
        int kills;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "leaders")) {
            kills = SECONDS > 0 ? killForSeconds(load) : killAtOnce(load);
            load.awaitMore(RECORDS_BETWEEN);
            load.end();
            verdict = load.judge();
        }
        System.out.printf(
                "%d leaders killed, %d acknowledged, %d lost, %d repeated, %d out of order%n",
                kills, verdict.acked(), verdict.lost(), verdict.repeated(), verdict.reordered());
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.awaitEqualReplicas("leaders")).hasSize(PARTITIONS * 3);
    }

    private static int killAtOnce(AckedLoad load) {
        for (int kill = 0; kill < KILLS; kill++) {
            load.awaitMore(RECORDS_BETWEEN);
            killLeader(kill % PARTITIONS, load);
        }
        return KILLS;
    }

    private static int killForSeconds(AckedLoad load) {
        long beganNanos = CLOCK.nanos();
        int kills = 0;
        while (CLOCK.nanos() - beganNanos < TimeUnit.SECONDS.toNanos(SECONDS)) {
            long dueNanos = beganNanos + (kills + 1) * BETWEEN.toNanos();
            Await.until("the next kill is due", BETWEEN.plus(BETWEEN), () -> CLOCK.nanos() - dueNanos >= 0);
            killLeader(kills % PARTITIONS, load);
            kills++;
        }
        return kills;
    }

    private static void killLeader(int partition, AckedLoad load) {
        PartitionDescription before = CLUSTER.led("leaders", partition);
        CLUSTER.node(before.leader()).kill();
        CLUSTER.awaitOtherLeader("leaders", before);
        load.awaitMore(RECORDS_BETWEEN);
        CLUSTER.node(before.leader()).start();
        CLUSTER.awaitFullIsr();
    }
}
