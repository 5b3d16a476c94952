package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.id.PartitionId;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a directory's logs, those that no log has made yet included. Changed under its directory's lock, but
 * for what a log does with its own folder; any thread looks one up.
 */
final class LogFolders {
    private final Disk disk;
    private final NewFolders newFolders;
    private final ConcurrentSkipListMap<PartitionId, LogFolder> folders = new ConcurrentSkipListMap<>();

    LogFolders(Disk disk) {
        this.disk = disk;
        this.newFolders = new NewFolders(disk);
    }

    /** The folder of a log; null when the log is gone, or never was here. */
    @Nullable
    LogFolder of(PartitionId partition) {
        return folders.get(partition);
    }

    boolean has(PartitionId partition) {
        return folders.containsKey(partition);
    }

    /** A start found the folder, and it is durable. */
    void found(PartitionId partition, String name) {
        folders.put(partition, LogFolder.found(newFolders, name));
    }

    /** The log gets a folder of this name with its first file. */
    void plan(PartitionId partition, String name) {
        folders.put(partition, LogFolder.planned(newFolders, name));
    }

    /** Makes a folder now; it is durable on return. */
    void make(PartitionId partition, String name) {
        var folder = LogFolder.planned(newFolders, name);
        folder.make();
        folder.syncInDirectory();
        folders.put(partition, folder);
    }

    boolean exists(PartitionId partition) {
        var folder = folders.get(partition);
        return folder != null && folder.exists();
    }

    /** Renames a log's folder, if it has one, to a free name that is no log's, and answers that. */
    @Nullable
    String putAside(PartitionId partition, String suffix) {
        var folder = folders.remove(partition);
        return folder == null || !folder.exists() ? null : renameAside(disk, folder.name(), suffix);
    }

    /** Renames a folder to a free name that is no log's, and answers that. */
    static String renameAside(Disk disk, String name, String suffix) {
        int number = 1;
        while (disk.exists(name + suffix + number)) {
            number++;
        }
        disk.rename(name, name + suffix + number);
        return name + suffix + number;
    }

    /** Deletes a log's folder, if it has one, durably. */
    void delete(PartitionId partition) {
        var folder = folders.remove(partition);
        if (folder != null && folder.exists()) {
            delete(disk, folder.name());
            disk.syncDirectory("");
        }
    }

    static void delete(Disk disk, String folder) {
        for (var name : disk.list(folder)) {
            disk.delete(folder + "/" + name);
        }
        disk.delete(folder);
    }
}
