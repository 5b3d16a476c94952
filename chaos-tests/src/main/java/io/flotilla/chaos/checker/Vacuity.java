package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import java.util.List;

/** A run that broke nothing, or did nothing meanwhile, or did not look, proves nothing, however well it went. */
final class Vacuity {
    private static final int OK_SENDS_MIN = 100;

    private final Facts facts;
    private final Statistics statistics;
    private final Findings findings;

    private Vacuity(Facts facts, Statistics statistics, Findings findings) {
        this.facts = facts;
        this.statistics = statistics;
        this.findings = findings;
    }

    static void check(Facts facts, Statistics statistics, Findings findings) {
        Vacuity vacuity = new Vacuity(facts, statistics, findings);
        vacuity.checkLoad();
        facts.expectation()
                .ifPresentOrElse(
                        vacuity::checkFaults, () -> vacuity.add("the history does not say what must happen in it"));
        facts.finalReading()
                .ifPresentOrElse(vacuity::checkFinalReading, () -> vacuity.add("nobody read everything after healing"));
        if (facts.ops(Act.DIGEST).stream().noneMatch(op -> op.type() == OpType.OK)) {
            vacuity.add("nobody compared the replicas after healing");
        }
    }

    private void checkLoad() {
        if (statistics.okSendsDuringFaults() < OK_SENDS_MIN) {
            add(statistics.okSendsDuringFaults() + " sends ended well during faults; at least " + OK_SENDS_MIN
                    + " must");
        }
        if (statistics.unknownDuringFaults() == 0) {
            add("no record became unknown during a fault: the faults hit nothing that was under way");
        }
    }

    private void checkFaults(Mop.Expectation least) {
        checkCount("nodes were killed", statistics.kills(), least.kills());
        checkCount(
                "changes of a partition's leader", statistics.partitionLeaderChanges(), least.partitionLeaderChanges());
        checkCount("changes of the active controller", statistics.controllerChanges(), least.controllerChanges());
    }

    private void checkCount(String what, int count, int least) {
        if (count < least) {
            add(what + ": " + count + "; at least " + least + " must be");
        }
    }

    private void checkFinalReading(FinalReading reading) {
        List<Act> faults = List.of(Act.KILL, Act.START, Act.HEAL);
        facts.ops().stream()
                .filter(op -> faults.contains(op.f()) && op.idx() > reading.beganAt())
                .map(Op::idx)
                .findFirst()
                .ifPresent(idx -> add("the final reader (process " + reading.process() + ") began in op "
                        + reading.beganAt() + ", before the fault of op " + idx));
        facts.partitions().stream()
                .map(PartitionFacts::key)
                .filter(key -> !reading.ends().containsKey(key))
                .forEach(key -> add("the final reader does not say that it read " + key));
    }

    private void add(String text) {
        findings.add(AnomalyKind.VACUOUS, text);
    }
}
