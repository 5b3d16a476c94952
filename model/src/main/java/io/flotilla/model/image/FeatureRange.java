package io.flotilla.model.image;

/** Feature levels that a process understands, both ends included. */
public record FeatureRange(int min, int max) {
    /** What this version understands. */
    public static final FeatureRange CURRENT = new FeatureRange(1, 1);

    public FeatureRange {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("feature levels " + min + ".." + max + " are not a range from 1");
        }
    }

    public boolean contains(int level) {
        return level >= min && level <= max;
    }
}
