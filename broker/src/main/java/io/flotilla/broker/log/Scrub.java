package io.flotilla.broker.log;

import io.flotilla.model.id.PartitionId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the logs of a directory again, a little at a time, so that bytes that went bad are found while other replicas
 * are good: whatever is durable of the open logs, one log after the other, in passes. What it finds it tells the log,
 * as every reader does. One thread at a time; never a loop's.
 */
public final class Scrub {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

    private final LogDirectory directory;
    /** The log being read; null between two passes. */
    private @Nullable PartitionId current;

    private long nextOffset;
    private Pass pass = new Pass(0, 0, 0);

    /**
     * How much of a pass is done.
     *
     * @param logs read to their ends
     * @param bytes read
     * @param damaged logs in which something was found
     */
    public record Pass(long logs, long bytes, long damaged) {}

    public Scrub(LogDirectory directory) {
        this.directory = directory;
    }

    /** How messages call the directory. */
    public String name() {
        return directory.name();
    }

    /** Begins a pass, with the first log. */
    public void begin() {
        pass = new Pass(0, 0, 0);
        turnTo(null);
    }

    /** What the present pass has done, or the last one. */
    public Pass pass() {
        return pass;
    }

    /** True when the last log was read to its end, and before the first pass. */
    public boolean isOver() {
        return current == null;
    }

    /**
     * Reads on, at least one batch, then as many as fit the bytes.
     *
     * @return bytes read; 0 when it only turned to the next log
     */
    public int step(int bytesMax) {
        var id = current;
        var log = id == null ? null : directory.openLogs().get(id);
        if (log == null || log.damage() != null || directory.health().isOffline()) {
            turnTo(id);
            return 0;
        }
        var view = log.view();
        long from = Math.max(nextOffset, view.logStart());
        var check = StoredCheck.of(view, from, Math.min(view.logEnd(), log.durableEnd()), bytesMax);
        var damage = check.damage();
        boolean over = damage != null || check.bytes() == 0;
        pass = new Pass(
                pass.logs() + (over ? 1 : 0), pass.bytes() + check.bytes(), pass.damaged() + (damage == null ? 0 : 1));
        if (damage != null) {
            LOG.warn("scrub of {}: partition {} at offset {}: {}", name(), id, damage.offset(), damage.description());
            view.suspect(damage);
        }
        if (over) {
            turnTo(id);
        } else {
            nextOffset = check.nextOffset();
        }
        return check.bytes();
    }

    /** Goes on with the log that follows in order; logs come and go. */
    private void turnTo(@Nullable PartitionId last) {
        var logs = directory.openLogs();
        var next = last == null ? logs.firstEntry() : logs.higherEntry(last);
        current = next == null ? null : next.getKey();
        nextOffset = 0;
    }
}
