package io.flotilla.client.internal.batch;

/** One partition after the other, whatever the keys; those without a leader are passed over while any has one. */
final class RoundRobinChooser implements PartitionChooser {
    private int next;

    @Override
    public int choose(PendingRecord record, TopicPartitions partitions) {
        int count = partitions.count();
        for (int step = 0; step < count; step++) {
            int candidate = Math.floorMod(next + step, count);
            if (partitions.isLed(candidate)) {
                next = candidate + 1;
                return candidate;
            }
        }
        return Math.floorMod(next++, count);
    }
}
