package io.flotilla.chaos.checker;

/**
 * What was acknowledged, or read by anybody, is there: the final reader must get all of it. Without a final reader what
 * was acknowledged must have been read by somebody, as far as anybody got.
 */
final class Losses {
    private Losses() {}

    static void check(Facts facts, Findings findings) {
        boolean finished = facts.finalReading().isPresent();
        facts.partitions().forEach(partition -> {
            if (finished) {
                checkFinal(partition, findings);
            } else {
                checkSoFar(partition, findings);
            }
        });
    }

    private static void checkFinal(PartitionFacts partition, Findings findings) {
        for (SentValue sent : partition.sent()) {
            boolean known = sent.isAcked() || partition.wasRead(sent.value());
            if (known && !partition.wasFinallyRead(sent.value())) {
                long offset = partition.knownOffset(sent);
                findings.add(
                        offset < partition.highestFinallyRead() ? AnomalyKind.LOST_WRITE : AnomalyKind.UNSEEN,
                        partition.key() + " " + sent + ", known at " + offset + readBy(partition, sent)
                                + ", is not what the final reader got; the highest offset that it did is "
                                + partition.highestFinallyRead());
            }
        }
    }

    private static String readBy(PartitionFacts partition, SentValue sent) {
        Long idx = partition.firstReadAt().get(sent.value());
        return idx == null ? "" : " and read by op " + idx;
    }

    private static void checkSoFar(PartitionFacts partition, Findings findings) {
        for (SentValue sent : partition.sent()) {
            if (sent.isAcked() && !partition.wasRead(sent.value()) && sent.offset() < partition.highestRead()) {
                findings.add(
                        AnomalyKind.LOST_WRITE,
                        partition.key() + " " + sent + " was never read; the highest offset that was is "
                                + partition.highestRead());
            }
        }
    }
}
