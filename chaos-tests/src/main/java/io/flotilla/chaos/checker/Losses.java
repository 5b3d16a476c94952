package io.flotilla.chaos.checker;

/** What was acknowledged must be read: below what anybody read at once, all of it after the final polls. */
final class Losses {
    private Losses() {}

    static void check(Facts facts, Findings findings) {
        facts.partitions().forEach(partition -> check(partition, facts.isFinished(), findings));
    }

    private static void check(PartitionFacts partition, boolean finished, Findings findings) {
        for (SentValue sent : partition.sent()) {
            if (!sent.isAcked() || partition.wasRead(sent.value())) {
                continue;
            }
            String text = partition.key() + " " + sent + " was never read; the highest offset that was is "
                    + partition.highestRead();
            if (sent.offset() < partition.highestRead()) {
                findings.add(AnomalyKind.LOST_WRITE, text);
            } else if (finished) {
                findings.add(AnomalyKind.UNSEEN, text);
            }
        }
    }
}
