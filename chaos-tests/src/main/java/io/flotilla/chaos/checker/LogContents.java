package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop.Fate;

/** One value an offset, one offset a value, and only values that were sent and not refused. */
final class LogContents {
    private LogContents() {}

    static void check(Facts facts, Findings findings) {
        facts.partitions().forEach(partition -> {
            checkOffsets(partition, findings);
            checkValues(partition, findings);
        });
    }

    private static void checkOffsets(PartitionFacts partition, Findings findings) {
        partition.log().forEach((offset, values) -> {
            if (values.size() > 1) {
                findings.add(
                        AnomalyKind.INCONSISTENT_OFFSETS,
                        partition.key() + " offset " + offset + " holds the values " + values);
            }
        });
        partition.offsets().forEach((value, offsets) -> {
            if (offsets.size() > 1) {
                findings.add(
                        AnomalyKind.DUPLICATE, partition.key() + " value " + value + " is at the offsets " + offsets);
            }
        });
    }

    private static void checkValues(PartitionFacts partition, Findings findings) {
        partition.firstReadAt().forEach((value, idx) -> {
            SentValue sent = partition.sent(value);
            if (sent == null) {
                findings.add(
                        AnomalyKind.PHANTOM,
                        partition.key() + " value " + value + " at "
                                + partition.offsets().get(value) + ", read by op " + idx + ", was never sent there");
            } else if (sent.fate() == Fate.NOT_APPLIED) {
                findings.add(AnomalyKind.ABORTED_READ, partition.key() + " " + sent + " was read by op " + idx);
            }
        });
    }
}
