package io.flotilla.chaos.checker;

/** A run that broke nothing, or did nothing meanwhile, proves nothing, however well it went. */
final class Vacuity {
    private static final int OK_SENDS_MIN = 100;

    private Vacuity() {}

    static void check(Facts facts, Statistics statistics, Findings findings) {
        if (statistics.okSendsDuringFaults() < OK_SENDS_MIN) {
            findings.add(
                    AnomalyKind.VACUOUS,
                    statistics.okSendsDuringFaults() + " sends ended well during faults; at least " + OK_SENDS_MIN
                            + " must");
        }
        if (statistics.partitionLeaderChanges() == 0) {
            findings.add(AnomalyKind.VACUOUS, "no partition changed its leader");
        }
        if (statistics.sendsInDoubt() == 0) {
            findings.add(AnomalyKind.VACUOUS, "no send ended in doubt: the faults hit nothing that was under way");
        }
        if (!facts.isFinished()) {
            findings.add(AnomalyKind.VACUOUS, "nobody read everything after healing");
        }
    }
}
