package io.flotilla.chaos.checker;

import static io.flotilla.chaos.checker.Told.at;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A run must have broken something while something was done, or it proves nothing. */
class VacuityTest {
    private static final int ENOUGH = 100;

    /** A run with so many sends during its fault that lacks nothing else. */
    private static Told run(int sendsDuringFault) {
        Told run = new Told().leads(Told.KEY, 1).kills(1).leads(Told.KEY, 2);
        for (int i = 0; i < sendsDuringFault; i++) {
            run.sent(1, i, i);
        }
        return run.sends(2, 1_000).inDoubt(2, 1_000).heals(1);
    }

    private static Told readAll(Told run, int records) {
        long[][] all = new long[records][];
        for (int i = 0; i < records; i++) {
            all[i] = at(i, i);
        }
        return run.polls(3, all).isFinished();
    }

    @Test
    void aRunThatLacksNothing() {
        Verdict verdict = readAll(run(ENOUGH), ENOUGH).verdict();
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.statistics().kills()).isEqualTo(1);
        assertThat(verdict.statistics().acked()).isEqualTo(ENOUGH);
    }

    @Test
    void tooFewSendsDuringFaults() {
        assertVacuous(readAll(run(ENOUGH - 1), ENOUGH - 1), "99 sends ended well");
    }

    @Test
    void sendsAfterHealingDoNotCount() {
        assertVacuous(readAll(run(ENOUGH - 1).sent(1, ENOUGH - 1, ENOUGH - 1), ENOUGH), "99 sends ended well");
    }

    @Test
    void nobodyReadEverything() {
        Told run = run(ENOUGH);
        for (int i = 0; i < ENOUGH; i++) {
            run.polls(3, at(i, i));
        }
        assertVacuous(run, "nobody read everything");
    }

    @Test
    void noLeaderChange() {
        Told run = new Told().leads(Told.KEY, 1).leads("controller", 1).kills(1);
        for (int i = 0; i < ENOUGH; i++) {
            run.sent(1, i, i);
        }
        run.sends(2, 1_000).inDoubt(2, 1_000).leads(Told.KEY, 1).leads("controller", 2);
        assertVacuous(readAll(run, ENOUGH), "no partition changed its leader");
    }

    @Test
    void nothingInDoubt() {
        Told run = new Told().leads(Told.KEY, 1).kills(1).leads(Told.KEY, 2);
        for (int i = 0; i < ENOUGH; i++) {
            run.sent(1, i, i);
        }
        assertVacuous(readAll(run, ENOUGH), "no send ended in doubt");
    }

    @Test
    void theLongestGapIsThatOfOnePartition() {
        Told run =
                new Told().sent(1, 0, 0).leads(Told.KEY, 1).leads(Told.KEY, 2).sent(1, 1, 1);
        assertThat(run.verdict().statistics().longestGap())
                .isEqualTo(new Statistics.Gap(Told.KEY, 4_000_000, 1_000_000));
    }

    private static void assertVacuous(Told run, String why) {
        Verdict verdict = run.verdict();
        assertThat(verdict.counts()).containsOnlyKeys(AnomalyKind.VACUOUS);
        assertThat(verdict.examples())
                .singleElement()
                .extracting(Anomaly::text)
                .asString()
                .startsWith(why);
    }
}
