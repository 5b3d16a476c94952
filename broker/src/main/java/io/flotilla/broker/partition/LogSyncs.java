package io.flotilla.broker.partition;

import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.log.SyncTicket;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.image.Durability;
import java.util.function.Consumer;

/**
 * Keeps one sync of a partition's log under way while it is needed: of a synced log at once, since its acknowledgements
 * wait; of a replicated one together with its directory's others. Loop thread only.
 */
final class LogSyncs {
    private final PartitionConfig config;
    private final PartitionLog log;
    private final Site site;
    private final Consumer<SyncTicket> whenDone;

    /** One sync at a time; the turn of its completion begins the next. */
    private boolean busy;
    /** The last one found no space to be noted: none before {@code againNanos}. */
    private boolean waits;

    private long againNanos;
    /** Others of the log's directory are synced, and this one with them. */
    private boolean asked;
    /** Bytes unsynced as the flusher knows them. */
    private long toldUnsynced;

    private final Runnable ask = this::ask;

    /** @param whenDone hears of each ticket on the loop, and hands it to {@link #complete} */
    LogSyncs(PartitionConfig config, Site site, Consumer<SyncTicket> whenDone) {
        this.config = config;
        this.log = config.log();
        this.site = site;
        this.whenDone = whenDone;
    }

    /** Whether a sync still writes to the log's folder. */
    boolean isBusy() {
        return busy;
    }

    void beginIfNeeded() {
        boolean awaited = site.durability() == Durability.SYNCED;
        if (!busy && !waits && (awaited || asked) && log.needsSync()) {
            SyncTicket ticket = log.beginSync();
            busy = true;
            asked = false;
            config.flusher()
                    .submit(
                            ticket,
                            done -> config.loop().execute(() -> {
                                busy = false;
                                whenDone.accept(done);
                            }));
        }
        if (!awaited) {
            tellUnsynced(log.bytesUnsynced());
        }
    }

    /**
     * Takes in a ticket that is done; false when it does not count, because there was no space to note it: it is tried
     * again by itself, and nobody is told that anything is durable before. Throws {@link DiskException} when it failed.
     */
    boolean complete(SyncTicket ticket) {
        log.completeSync(ticket);
        DiskException failure = ticket.failure();
        if (failure != null) {
            throw failure;
        }
        if (!ticket.isNoted()) {
            waits = true;
            againNanos = site.nowNanos() + site.settings().fullRetryNanos();
            site.keepTicking();
        }
        return ticket.isNoted();
    }

    /** True while it needs ticks. */
    boolean onTick(long nowNanos) {
        if (waits && nowNanos - againNanos >= 0) {
            waits = false;
            site.touch();
        }
        return waits;
    }

    /** Nothing of this log is to be synced any more. */
    void end() {
        tellUnsynced(0);
    }

    private void tellUnsynced(long bytes) {
        if (bytes != toldUnsynced) {
            toldUnsynced = bytes;
            config.flusher().noteUnsynced(ask, bytes);
        }
    }

    /** Any thread. */
    private void ask() {
        config.loop().execute(() -> {
            asked = true;
            site.touch();
        });
    }
}
