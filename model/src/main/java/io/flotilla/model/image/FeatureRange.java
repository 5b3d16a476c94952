package io.flotilla.model.image;

/** Feature levels that a process understands, both ends included. */
public record FeatureRange(int min, int max) {
    /** What this version understands. */
    public static final FeatureRange CURRENT = new FeatureRange(1, 2);

    /** From this level on: planned changes of partitions, and configs of brokers that change while they run. */
    public static final int OPERATIONS = 2;

    public FeatureRange {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("feature levels " + min + ".." + max + " are not a range from 1");
        }
    }

    public boolean contains(int level) {
        return level >= min && level <= max;
    }
}
