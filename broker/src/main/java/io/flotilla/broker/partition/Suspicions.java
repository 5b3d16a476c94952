package io.flotilla.broker.partition;

import io.flotilla.broker.log.Flusher;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.LogView;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.log.StoredCheck;
import java.util.function.Consumer;

/**
 * What is done about bytes of this replica's log that may be bad: they are read again, and damage found is noted, on
 * the thread that syncs the directory, one step at a time. Loop thread only.
 */
final class Suspicions {
    private final PartitionLog log;
    private final Flusher flusher;
    private final Loop loop;
    private final int bytesMax;
    /** A step is under way, which reads or writes in the log's folder. */
    private boolean busy;

    /** @param bytesMax what is read again at once, at least one batch */
    Suspicions(PartitionConfig config) {
        this.log = config.log();
        this.flusher = config.flusher();
        this.loop = config.loop();
        this.bytesMax = config.settings().replicaFetchBytesMax();
    }

    boolean isBusy() {
        return busy;
    }

    /**
     * Reads again what is stored from the offset on. Nothing comes of it while a step is under way: what is bad is
     * still bad when it is met next.
     *
     * @param done hears on the loop; of damage only if there is some
     */
    void check(long offset, Consumer<StoredCheck> done) {
        if (busy || log.damage() != null) {
            return;
        }
        busy = true;
        LogView view = log.view();
        flusher.execute(() -> {
            StoredCheck check = StoredCheck.of(view, offset, view.logEnd(), bytesMax);
            loop.execute(() -> {
                busy = false;
                done.accept(check);
            });
        });
    }

    /** Notes the damage that was declared; {@code done} hears on the loop when a restart would know of it. */
    void note(Consumer<LogDamage> done) {
        LogDamage damage = log.damage();
        if (damage == null) {
            return;
        }
        busy = true;
        flusher.execute(() -> {
            log.noteDamage();
            loop.execute(() -> {
                busy = false;
                done.accept(damage);
            });
        });
    }
}
