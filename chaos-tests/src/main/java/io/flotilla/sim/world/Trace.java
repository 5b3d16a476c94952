package io.flotilla.sim.world;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened: always as a hash, by which two runs are compared, and where somebody wants to read it, as lines. Owned
 * by its world's thread.
 */
public final class Trace {
    private static final long MULTIPLIER = 0x100000001B3L;

    private final @Nullable Consumer<String> lines;
    private long hash = 0xCBF29CE484222325L;
    private long nowNanos;

    /** @param lines takes readable lines; null when nobody reads */
    public Trace(@Nullable Consumer<String> lines) {
        this.lines = lines;
    }

    /** Hash of everything so far. */
    public long hash() {
        return hash;
    }

    /** Whether {@link #say} is read by anybody. */
    public boolean isRead() {
        return lines != null;
    }

    void event(long atNanos, long order) {
        nowNanos = atNanos;
        mix(atNanos);
        mix(order);
    }

    /** Takes a number into the hash. */
    public void mix(long value) {
        hash = (hash ^ value) * MULTIPLIER;
        hash ^= hash >>> 29;
    }

    /** Takes something worth reading in; who it happened to, and a format for the values. */
    public void say(String who, String what, Object... values) {
        mix(who.hashCode());
        mix(what.hashCode());
        for (Object value : values) {
            if (value instanceof Number number) {
                mix(number.longValue());
            }
        }
        if (lines != null) {
            lines.accept(String.format(
                    Locale.ROOT, "%12.6f %-14s %s", nowNanos / 1e9, who, String.format(Locale.ROOT, what, values)));
        }
    }
}
