package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a log's damage, and the file in its folder that tells a start of what was found while the log was
 * used: believed whatever the start reads itself, and gone with the folder when the log is given up for a new one.
 * Declared by the log's loop, noted off it, asked by all.
 */
final class DamageNote {
    static final String FILE = "damage";

    private final LogHome home;
    private volatile @Nullable LogDamage found;

    /** Where readers must stop; what a start read and found good it offers. */
    private volatile long readableEnd = Long.MAX_VALUE;

    /** The next start knows of it, as far as the disk let us note it. */
    private volatile boolean noted;

    /** @param found by the start; the next one would find it again */
    DamageNote(LogHome home, @Nullable LogDamage found) {
        this.home = home;
        this.found = found;
        this.noted = found != null;
    }

    @Nullable
    LogDamage found() {
        return found;
    }

    boolean isNoted() {
        return noted;
    }

    /** The first damage counts; false for a later one. */
    boolean declare(LogDamage now) {
        if (found != null) {
            return false;
        }
        readableEnd = now.offset();
        found = now;
        return true;
    }

    /** As much of a log as readers may see. */
    LogView bound(LogView view) {
        return view.below(readableEnd);
    }

    /** Writes the file; durable on return, unless there is no space or the directory fails, where that must do. */
    void write() {
        var damage = found;
        if (damage != null && !noted) {
            home.health().containing(() -> write(damage));
            noted = true;
        }
    }

    private void write(LogDamage damage) {
        byte[] text = damage.description().getBytes(StandardCharsets.UTF_8);
        var content = ByteBuffer.allocate(Long.BYTES + text.length);
        content.putLong(damage.offset()).put(text).flip();
        home.place().make();
        CheckedFile.replace(home.disk(), home.path(FILE), content);
        try {
            home.syncFolder();
        } catch (DiskException e) { // of no kind that says that nothing has changed
            throw new DiskException(DiskException.Kind.SYNC_FAILED, "the note of the damage is not durable: " + e, e);
        }
    }

    /** What the file says; null without one. One that cannot be read says at least that there was damage. */
    static @Nullable LogDamage read(LogHome home) {
        var content = CheckedFile.read(home.disk(), home.path(FILE));
        var bytes = content.bytes();
        if (bytes == null) {
            return content.damage() == null ? null : new LogDamage(0, content.damage());
        }
        if (bytes.remaining() < Long.BYTES) {
            return new LogDamage(0, home.path(FILE) + " has " + bytes.remaining() + " bytes");
        }
        long offset = bytes.getLong();
        return new LogDamage(offset, StandardCharsets.UTF_8.decode(bytes).toString());
    }
}
