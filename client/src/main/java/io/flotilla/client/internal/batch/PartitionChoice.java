package io.flotilla.client.internal.batch;

import java.util.random.RandomGenerator;

/** The ways that are built in to spread records over partitions. */
public enum PartitionChoice {
    /** By the key's hash; without a key a batch here and a batch there, by load. */
    KEYS_BY_LOAD,
    /** By the key's hash; without a key a batch here and a batch there, whatever the load. */
    KEYS_UNIFORM,
    /** A batch here and a batch there, by load, whatever the keys. */
    BY_LOAD,
    /** A batch here and a batch there, whatever the load and the keys. */
    UNIFORM,
    /** One record after the other, whatever the keys. */
    ROUND_ROBIN;

    /** @param batchBytes how much a batch holds */
    public PartitionChooser.Factory factory(int batchBytes, RandomGenerator random) {
        return topic -> switch (this) {
            case KEYS_BY_LOAD -> new KeyHashChooser(new StickyChooser(batchBytes, true, random));
            case KEYS_UNIFORM -> new KeyHashChooser(new StickyChooser(batchBytes, false, random));
            case BY_LOAD -> new StickyChooser(batchBytes, true, random);
            case UNIFORM -> new StickyChooser(batchBytes, false, random);
            case ROUND_ROBIN -> new RoundRobinChooser();
        };
    }
}
