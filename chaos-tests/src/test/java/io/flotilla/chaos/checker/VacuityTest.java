package io.flotilla.chaos.checker;

import static io.flotilla.chaos.checker.Told.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import org.junit.jupiter.api.Test;

/** A run must have broken what it was to break while something was done, and have looked, or it proves nothing. */
class VacuityTest {
    private static final int ENOUGH = 100;

    /** A run with so many sends during its fault that lacks nothing else until then. */
    private static Told run(int sendsDuringFault) {
        Told run = killsLeader(new Told().expects(1, 1, 0));
        return sends(run, sendsDuringFault).sends(2, 1_000).inDoubt(2, 1_000).heals(1);
    }

    private static Told killsLeader(Told run) {
        return run.leads(Told.KEY, 1).kills(1).leads(Told.KEY, 2);
    }

    private static Told sends(Told run, int records) {
        for (int i = 0; i < records; i++) {
            run.sent(1, i, i);
        }
        return run;
    }

    private static Told readAll(Told run, int records) {
        return polls(run, 3, records).finishes(3, records);
    }

    private static Told polls(Told run, int process, int records) {
        long[][] all = new long[records][];
        for (int i = 0; i < records; i++) {
            all[i] = at(i, i);
        }
        return run.polls(process, all);
    }

    @Test
    void aRunThatLacksNothing() {
        Verdict verdict = readAll(run(ENOUGH), ENOUGH).hold(0, ENOUGH).verdict();
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.statistics().kills()).isEqualTo(1);
        assertThat(verdict.statistics().acked()).isEqualTo(ENOUGH);
    }

    @Test
    void tooFewSendsDuringFaults() {
        assertVacuous(readAll(run(ENOUGH - 1), ENOUGH - 1).hold(0, ENOUGH), "99 sends ended well");
    }

    @Test
    void sendsAfterHealingDoNotCount() {
        Told run = run(ENOUGH - 1).sent(1, ENOUGH - 1, ENOUGH - 1);
        assertVacuous(readAll(run, ENOUGH).hold(0, ENOUGH), "99 sends ended well");
    }

    @Test
    void nobodyReadEverything() {
        assertVacuous(polls(run(ENOUGH), 3, ENOUGH).hold(0, ENOUGH), "nobody read everything");
    }

    @Test
    void aFinalReaderThatBeganTooEarly() {
        Told run = sends(killsLeader(new Told().expects(1, 1, 0)), ENOUGH)
                .sends(2, 1_000)
                .inDoubt(2, 1_000);
        polls(run, 3, ENOUGH).heals(1).finishes(3, ENOUGH).hold(0, ENOUGH);
        assertVacuous(run, "the final reader (process 3) began in op");
    }

    @Test
    void aFinalReaderThatPassedAPartition() {
        Told run = polls(run(ENOUGH), 3, ENOUGH);
        run.tell(3, OpType.OK, Act.FINAL, new Mop.Position("t-1", 0)).hold(0, ENOUGH);
        assertVacuous(run, "the final reader does not say that it read t-0");
    }

    @Test
    void nobodyComparedTheReplicas() {
        assertVacuous(readAll(run(ENOUGH), ENOUGH), "nobody compared the replicas");
    }

    @Test
    void nobodySaidWhatMustHappen() {
        Told run = sends(killsLeader(new Told()), ENOUGH).sends(2, 1_000).inDoubt(2, 1_000);
        assertVacuous(readAll(run.heals(1), ENOUGH).hold(0, ENOUGH), "the history does not say what must happen in it");
    }

    @Test
    void anotherLeaderChangesThanTheOneAimedAt() {
        Told run = new Told()
                .expects(1, 1, 0)
                .leads(Told.KEY, 1)
                .leads("controller", 1)
                .kills(1);
        sends(run, ENOUGH).sends(2, 1_000).inDoubt(2, 1_000);
        run.leads(Told.KEY, 1).leads("controller", 2).heals(1);
        assertVacuous(readAll(run, ENOUGH).hold(0, ENOUGH), "changes of a partition's leader: 0; at least 1 must be");
    }

    @Test
    void aControllerThatDoesNotChangeThoughPartitionLeadersDo() {
        Told run = new Told().expects(1, 0, 1).leads("controller", 3);
        sends(killsLeader(run), ENOUGH).sends(2, 1_000).inDoubt(2, 1_000).heals(1);
        assertVacuous(readAll(run, ENOUGH).hold(0, ENOUGH), "changes of the active controller: 0; at least 1 must be");
    }

    @Test
    void tooFewKills() {
        Told run = sends(killsLeader(new Told().expects(2, 1, 0)), ENOUGH)
                .sends(2, 1_000)
                .inDoubt(2, 1_000)
                .heals(1);
        assertVacuous(readAll(run, ENOUGH).hold(0, ENOUGH), "nodes were killed: 1; at least 2 must be");
    }

    @Test
    void nothingInDoubt() {
        Told run = sends(killsLeader(new Told().expects(1, 1, 0)), ENOUGH).heals(1);
        assertVacuous(readAll(run, ENOUGH).hold(0, ENOUGH), "no record became unknown during a fault");
    }

    @Test
    void whatIsInDoubtBeforeAndAfterFaultsDoesNotCount() {
        Told run = new Told().expects(1, 1, 0).sends(2, 1_000).inDoubt(2, 1_000);
        sends(killsLeader(run), ENOUGH).heals(1).sends(4, 1_001).inDoubt(4, 1_001);
        assertVacuous(readAll(run, ENOUGH).hold(0, ENOUGH), "no record became unknown during a fault");
    }

    @Test
    void anOperationInDoubtWithoutAnyUnknownRecordDoesNotCount() {
        Told run = sends(killsLeader(new Told().expects(1, 1, 0)), ENOUGH).sends(2, 1_000);
        run.tell(2, OpType.INFO, Act.SEND, Mop.Send.notApplied(Told.KEY, 1_000)).heals(1);
        assertVacuous(readAll(run, ENOUGH).hold(0, ENOUGH), "no record became unknown during a fault");
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
