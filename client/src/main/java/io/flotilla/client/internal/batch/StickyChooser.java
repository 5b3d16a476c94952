package io.flotilla.client.internal.batch;

import java.util.random.RandomGenerator;

/**
 * Fills a batch for one partition, then draws another; where some partitions' batches pile up, those are drawn less
 * often, so that a slow leader gets less instead of setting the pace. Partitions without a leader are left out while
 * any has one. Source: KIP-794, whose weights these are.
 */
final class StickyChooser implements PartitionChooser {
    private static final int NONE = -1;

    private final int batchBytes;
    private final boolean adaptive;
    private final RandomGenerator random;
    private int sticky = NONE;
    private long stickyBytes;

    /**
     * @param batchBytes so much goes to one partition before another is drawn
     * @param adaptive whether the length of queues counts
     */
    StickyChooser(int batchBytes, boolean adaptive, RandomGenerator random) {
        this.batchBytes = batchBytes;
        this.adaptive = adaptive;
        this.random = random;
    }

    @Override
    public int choose(PendingRecord record, TopicPartitions partitions) {
        if (sticky == NONE || stickyBytes >= batchBytes) {
            sticky = draw(partitions);
            stickyBytes = 0;
        }
        stickyBytes += record.sizeBytes();
        return sticky;
    }

    private int draw(TopicPartitions partitions) {
        boolean anyLed = false;
        int longest = 0;
        for (int number = 0; number < partitions.count(); number++) {
            anyLed |= partitions.isLed(number);
            longest = Math.max(longest, partitions.queuedBatches(number));
        }
        long total = 0;
        for (int number = 0; number < partitions.count(); number++) {
            total += weight(partitions, number, anyLed, longest);
        }
        long drawn = random.nextLong(total);
        int number = 0;
        while (drawn >= weight(partitions, number, anyLed, longest)) {
            drawn -= weight(partitions, number, anyLed, longest);
            number++;
        }
        return number;
    }

    /** At least 1 for every partition that may be drawn, and more the shorter its queue. */
    private long weight(TopicPartitions partitions, int number, boolean anyLed, int longest) {
        if (anyLed && !partitions.isLed(number)) {
            return 0;
        }
        return adaptive ? 1L + longest - partitions.queuedBatches(number) : 1;
    }
}
