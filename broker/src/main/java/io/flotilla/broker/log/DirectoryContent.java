package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * What a start finds in a locked log directory, after it was formatted or checked, and after what an earlier run left
 * half done was finished. Never removes a log that nobody decided to delete. Changed under its directory's lock; any
 * thread reads the folders and the logs that are gone.
 *
 * @param folders log folders by partition, those of the catalogue only
 * @param gone logs of the catalogue that lack a folder which must be there
 * @param setAside folders that the catalogue does not know; renamed, for an operator to look at
 */
record DirectoryContent(
        DirectoryIdentity identity,
        DirectoryMark mark,
        LogCatalogue catalogue,
        OffsetCheckpoint offsets,
        LogFolders folders,
        NavigableSet<PartitionId> gone,
        List<String> setAside,
        CleanStop cleanStop) {
    static final String LOCK = ".lock";

    private static final String SET_ASIDE = ".unknown-";
    private static final Set<String> HARMLESS = Set.of(LOCK, "lost+found");

    static DirectoryContent find(Disk disk, DirectorySettings settings) {
        var identity = DirectoryIdentity.read(disk);
        var mark = new DirectoryFile(disk, DirectoryMark.FILE);
        var catalogue = new DirectoryFile(disk, LogCatalogue.FILE);
        var offsets = new DirectoryFile(disk, OffsetCheckpoint.FILE);
        if (identity == null) {
            refuseForeign(disk);
            identity = new DirectoryIdentity(settings.clusterId(), settings.nodeId(), settings.idWhenNew());
            DirectoryMark.create(mark);
            LogCatalogue.create(catalogue);
            OffsetCheckpoint.create(offsets);
            identity.write(disk);
        }
        identity.mustBelongTo(disk, settings.clusterId(), settings.nodeId());
        var runs = DirectoryMark.read(mark);
        var content = new DirectoryContent(
                identity,
                runs,
                LogCatalogue.read(catalogue),
                OffsetCheckpoint.read(offsets),
                new LogFolders(disk),
                new ConcurrentSkipListSet<>(),
                new ArrayList<>(),
                CleanStop.take(disk, runs));
        content.findFolders(disk);
        return content;
    }

    /** A directory without meta.properties may hold nothing but what an interrupted formatting left. */
    private static void refuseForeign(Disk disk) {
        var foreign = new ArrayList<>(disk.list(""));
        foreign.removeAll(HARMLESS);
        foreign.removeAll(List.of(DirectoryMark.FILE, LogCatalogue.FILE, OffsetCheckpoint.FILE, SyncedEnds.FILE));
        foreign.removeIf(name -> name.endsWith(LogFiles.TEMPORARY));
        if (!foreign.isEmpty()) {
            throw new DirectoryRefusedException("log directory " + disk.name() + " has no " + DirectoryIdentity.FILE
                    + " but holds " + foreign.subList(0, Math.min(3, foreign.size()))
                    + "; it is not a Flotilla log directory, or its " + DirectoryIdentity.FILE
                    + " was lost. Choose an empty directory for log.dirs, or restore the file");
        }
    }

    private void findFolders(Disk disk) {
        var deleting = new TreeSet<>(catalogue.deleting());
        boolean changed = false;
        for (var name : disk.list("")) {
            var partition = disk.isDirectory(name) ? LogFolder.parse(name) : null;
            if (partition == null) {
                continue;
            }
            if (deleting.contains(partition)) {
                LogFolders.delete(disk, name);
                changed = true;
            } else if (!catalogue.lists(partition) || folders.has(partition)) {
                putAside(disk, name);
                changed = true;
            } else {
                folders.found(partition, name);
            }
        }
        deleting.forEach(catalogue::endDelete);
        if (changed) {
            disk.syncDirectory("");
        }
        requireMadeFolders(disk); // a kill leaves what a power loss would take
        catalogue.listed().stream().filter(partition -> !folders.has(partition)).forEach(this::missing);
    }

    /** A log without a folder may never have had one. */
    private void missing(PartitionId partition) {
        String name = catalogue.plannedName(partition);
        if (name != null && !wasSynced(partition)) {
            folders.plan(partition, name);
        } else {
            gone.add(partition);
        }
    }

    /**
     * Sees to it that folders which logs made since the last time are missed by every later start, whatever is noted of
     * their offsets. Without space for that, the next time.
     */
    void requireMadeFolders(Disk disk) {
        var made = catalogue.planned().stream().filter(folders::exists).toList();
        if (!made.isEmpty()) {
            disk.syncDirectory("");
            DirectoryHealth.ifSpace(() -> catalogue.requireFolders(made));
        }
    }

    /** Whether the directory promised records of a log: then the log has had a folder, which was durable first. */
    private boolean wasSynced(PartitionId partition) {
        var noted = offsets.of(partition);
        return noted.recoveryPoint() > noted.logStart();
    }

    /**
     * An empty folder is a creation that did not get as far as the catalogue; anything else is kept under another name.
     */
    private void putAside(Disk disk, String name) {
        if (disk.list(name).isEmpty()) {
            disk.delete(name);
        } else {
            setAside.add(LogFolders.renameAside(disk, name, SET_ASIDE));
        }
    }
}
