package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node alone is killed under load, again and again, with topics whose records are synced before they count. */
@Tag("process")
class RepeatedKillTest {
    /** 50 takes some four minutes. */
    private static final int KILLS = Integer.getInteger("flotilla.process.kills", 5);

    private static final int PARTITIONS = 6;
    private static final int RECORDS_BETWEEN_MAX = 1_000;
    private static final Duration BACK = Duration.ofSeconds(120);
    private static final Clock CLOCK = new SystemClock();

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    @Test
    void nothingAcknowledgedIsLostOrRepeated() {
        CLUSTER.createTopic("killed", PARTITIONS, 1);
        Random random = new Random(KILLS);
        List<Long> recoveriesMs = new ArrayList<>();
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "killed").valuesOf(500)) {
            for (int kill = 0; kill < KILLS; kill++) {
                load.awaitMore(1 + random.nextInt(RECORDS_BETWEEN_MAX));
                CLUSTER.node(1).kill();
                recoveriesMs.add(msUntilAcknowledged(load));
            }
            load.awaitMore(RECORDS_BETWEEN_MAX);
            load.end();
            verdict = load.judge();
        }
        Collections.sort(recoveriesMs);
        System.out.printf(
                "%d kills, %d acknowledged, %d lost, %d repeated; from the start of the process to the first"
                        + " acknowledgement: least %d ms, median %d ms, most %d ms%n",
                KILLS,
                verdict.acked(),
                verdict.lost(),
                verdict.repeated(),
                recoveriesMs.get(0),
                recoveriesMs.get(KILLS / 2),
                recoveriesMs.get(KILLS - 1));
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.node(1).output()).doesNotContain("is damaged");
    }

    private static long msUntilAcknowledged(AckedLoad load) {
        int before = load.acked();
        long beganNanos = CLOCK.nanos();
        CLUSTER.node(1).start();
        Await.until("the node takes records again", BACK, () -> load.acked() > before);
        return (CLOCK.nanos() - beganNanos) / 1_000_000;
    }
}
