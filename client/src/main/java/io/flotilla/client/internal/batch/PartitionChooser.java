package io.flotilla.client.internal.batch;

/** Says where the records of one topic go that name no partition. Owned by the producer's loop. */
public interface PartitionChooser {
    /**
     * A partition of the topic, 0 to {@code partitions.count() - 1}. Anything else, and whatever it throws, fails the
     * record before it is sent.
     */
    int choose(PendingRecord record, TopicPartitions partitions);

    /** The partitions of a topic as they are at the moment of the choice. */
    interface TopicPartitions {
        /** At least 1. */
        int count();

        /** Whether somebody leads it, so that records for it need not wait. */
        boolean isLed(int partition);

        /** Batches that wait for it, or are on their way to it. */
        int queuedBatches(int partition);
    }

    /** Makes the choosers of a producer, one for each life of a topic. */
    interface Factory {
        PartitionChooser forTopic(String topic);
    }
}
