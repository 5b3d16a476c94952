package io.flotilla.chaos.checker;

/**
 * One thing that is wrong with a history.
 *
 * @param text the key, the values, the offsets, and the idx of the operations that show it
 */
public record Anomaly(AnomalyKind kind, String text) {
    @Override
    public String toString() {
        return kind + ": " + text;
    }
}
