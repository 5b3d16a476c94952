package io.flotilla.broker.group;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Offsets that a member, or somebody from outside, commits.
 *
 * @param memberId empty from outside, which only a group without members takes
 * @param memberEpoch the epoch that the member was told last; of no meaning from outside
 * @param offsets 1 to 10,000
 */
public record OffsetCommit(String group, String memberId, int memberEpoch, List<Entry> offsets) {
    public OffsetCommit {
        offsets = List.copyOf(offsets);
    }

    /**
     * The offset of one partition.
     *
     * @param offset of the next record to read, 0 or more; absent takes the committed offset away, in a reset only
     * @param leaderEpoch of the last record that was read
     * @param metadata at most 4,096 bytes of UTF-8
     */
    public record Entry(
            NamedTopic topic, int partition, OptionalLong offset, OptionalInt leaderEpoch, String metadata) {}
}
