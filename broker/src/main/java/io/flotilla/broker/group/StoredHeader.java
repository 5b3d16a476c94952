package io.flotilla.broker.group;

/**
 * What is persisted of a group as a whole.
 *
 * @param epoch rises with every change that may change the target
 * @param assignmentEpoch the epoch that the targets were computed for
 * @param assignor which computed them; empty before the first time
 * @param emptySinceMs when the last member went, or the group began, milliseconds since the Unix epoch
 */
record StoredHeader(int epoch, int assignmentEpoch, String assignor, long emptySinceMs) {
    static StoredHeader begun(long nowMs) {
        return new StoredHeader(0, 0, "", nowMs);
    }

    StoredHeader nextEpoch() {
        return new StoredHeader(epoch + 1, assignmentEpoch, assignor, emptySinceMs);
    }

    StoredHeader assignedBy(String by) {
        return new StoredHeader(epoch, epoch, by, emptySinceMs);
    }

    StoredHeader emptySince(long nowMs) {
        return new StoredHeader(epoch, assignmentEpoch, assignor, nowMs);
    }
}
