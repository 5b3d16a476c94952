package io.flotilla.client.internal.batch;

/** Equal keys to equal partitions, where Kafka's clients put them; records without a key where another says. */
final class KeyHashChooser implements PartitionChooser {
    private final PartitionChooser keyless;

    KeyHashChooser(PartitionChooser keyless) {
        this.keyless = keyless;
    }

    @Override
    public int choose(PendingRecord record, TopicPartitions partitions) {
        byte[] key = record.key();
        return key == null ? keyless.choose(record, partitions) : Murmur2.partition(key, partitions.count());
    }
}
