package io.flotilla.chaos.checker;

/** What clients are told of the end of a partition. */
final class PartitionEnds {
    private PartitionEnds() {}

    static void check(Facts facts, Findings findings) {
        facts.toldEnds().stream().filter(told -> told.end() < told.leastEnd()).forEach(told -> {
            findings.add(
                    AnomalyKind.END_OFFSET,
                    told.key() + " ends at " + told.end() + " says op " + told.idx() + ", though offset "
                            + (told.leastEnd() - 1) + " had been acknowledged or read before it was asked");
        });
    }
}
