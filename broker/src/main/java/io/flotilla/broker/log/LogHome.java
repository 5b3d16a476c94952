package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where a log lives, and what it shares with its neighbours.
 *
 * @param place its folder on the disk, which its first file makes
 * @param ledger durable note of the log's offsets
 */
record LogHome(Disk disk, LogFolder place, LogConfig config, DirectoryHealth health, OffsetLedger ledger) {
    /**
     * Where a log notes its offsets: after it made more of them durable, and before it changes files such that the last
     * note would read as damage.
     */
    interface OffsetLedger {
        /**
         * Notes that all offsets below {@code end} are durable, which is asked for while no {@link #lower} is under
         * way; the note itself is durable once the directory's ledgers are synced. False where there is no space for
         * it, or the log was given up: then nobody may count on the sync. Any thread.
         */
        boolean synced(LongSupplier end);

        /** Sees to it that the durable note claims no more than this; returns when it is on disk. */
        void lower(LogOffsets offsets);

        /**
         * Replaces the durable note by what is asked for while no {@link #lower} is under way; returns when it is on
         * disk. Any thread.
         */
        void replace(Supplier<LogOffsets> offsets);
    }

    String folder() {
        return place.name();
    }

    String path(String name) {
        return folder() + "/" + name;
    }

    /** Names of the log's files; none before it has a folder. */
    List<String> files() {
        return place.exists() ? disk.list(folder()) : List.of();
    }

    /** What was made, renamed and deleted in the folder survives a power loss, and so does the folder. */
    void syncFolder() {
        disk.syncDirectory(folder());
        place.syncInDirectory();
    }
}
