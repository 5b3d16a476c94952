package io.flotilla.sim.node;

import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.disk.simulated.SimulatedView;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.sim.check.StoredLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads logs off a simulated disk by the documented layout, without the code that writes them. */
final class DiskLogs {
    private static final String SEGMENT = ".log";
    private static final int ID_DIGITS = 32;

    private record Source(String folder, boolean certain) implements Comparable<Source> {
        @Override
        public int compareTo(Source other) {
            int byFolder = folder.compareTo(other.folder);
            return byFolder != 0 ? byFolder : Boolean.compare(certain, other.certain);
        }
    }

    private record Version(String file, long rewrites, int size) {}

    private record Read(List<Version> versions, StoredLog log) {}

    private final SimulatedDisk disk;
    private final Map<Source, Read> known = new TreeMap<>();
    private List<String> lastNames = List.of();
    private Map<PartitionId, String> lastFolders = new TreeMap<>();

    DiskLogs(SimulatedDisk disk) {
        this.disk = disk;
    }

    /** Folders by the partitions whose logs they hold. */
    Map<PartitionId, String> folders() {
        SimulatedView view = disk.seen();
        List<String> names = view.names("");
        if (names.equals(lastNames)) {
            return lastFolders;
        }
        Map<PartitionId, String> folders = new TreeMap<>();
        for (String name : names) {
            PartitionId partition = parse(name);
            if (partition != null && view.isDirectory(name)) {
                folders.put(partition, name);
            }
        }
        lastNames = names;
        lastFolders = folders;
        return folders;
    }

    private static @Nullable PartitionId parse(String folder) {
        int dot = folder.lastIndexOf('.');
        int dash = dot < 0 ? -1 : folder.lastIndexOf('-', dot);
        if (dash < 0 || folder.length() - dot - 1 != ID_DIGITS) {
            return null;
        }
        try {
            int partition = Integer.parseInt(folder.substring(dash + 1, dot));
            long high = Long.parseUnsignedLong(folder.substring(dot + 1, dot + 17), 16);
            long low = Long.parseUnsignedLong(folder.substring(dot + 17), 16);
            return new PartitionId(new TopicId(new UUID(high, low)), partition);
        } catch (NumberFormatException notALog) {
            return null;
        }
    }

    /**
     * The log in a folder.
     *
     * @param certain only what a power loss leaves for certain
     */
    StoredLog log(String folder, boolean certain) {
        Source source = new Source(folder, certain);
        SimulatedView view = certain ? disk.stored() : disk.seen();
        List<Version> versions = new ArrayList<>();
        for (String name : view.names(folder)) {
            if (name.endsWith(SEGMENT)) {
                String path = folder + "/" + name;
                versions.add(new Version(path, view.rewrites(path), view.size(path)));
            }
        }
        Read last = known.get(source);
        if (last != null && last.versions().equals(versions)) {
            return last.log();
        }
        StoredLog log = last != null && onlyGrew(last.versions(), versions)
                ? last.log().grown(baseOf(versions.get(versions.size() - 1)), tail(view, versions, last.log()))
                : read(view, versions);
        known.put(source, new Read(versions, log));
        return log;
    }

    /** A segment of the folder with stored bytes, drawn; an empty text without one. */
    String segmentWithBytes(String folder, Random random) {
        List<String> candidates = segmentsWithBytes(folder);
        return candidates.isEmpty() ? "" : candidates.get(random.nextInt(candidates.size()));
    }

    /** The last such segment. */
    String lastSegmentWithBytes(String folder) {
        List<String> candidates = segmentsWithBytes(folder);
        return candidates.isEmpty() ? "" : candidates.get(candidates.size() - 1);
    }

    private List<String> segmentsWithBytes(String folder) {
        SimulatedView view = disk.stored();
        return view.names(folder).stream()
                .filter(name -> name.endsWith(SEGMENT))
                .map(name -> folder + "/" + name)
                .filter(path -> view.size(path) > 0)
                .toList();
    }

    /** Whether only the last file has more bytes than before. */
    private static boolean onlyGrew(List<Version> before, List<Version> now) {
        int last = now.size() - 1;
        return last >= 0
                && before.size() == now.size()
                && before.subList(0, last).equals(now.subList(0, last))
                && before.get(last).file().equals(now.get(last).file())
                && before.get(last).rewrites() == now.get(last).rewrites();
    }

    private static byte[] tail(SimulatedView view, List<Version> versions, StoredLog log) {
        Version last = versions.get(versions.size() - 1);
        return view.content(last.file(), (int) log.bytesIn(baseOf(last)));
    }

    private static StoredLog read(SimulatedView view, List<Version> versions) {
        List<Long> bases = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (Version version : versions) {
            bases.add(baseOf(version));
            contents.add(view.content(version.file(), 0));
        }
        return StoredLog.of(bases, contents);
    }

    private static long baseOf(Version version) {
        String name = version.file().substring(version.file().lastIndexOf('/') + 1);
        return Long.parseLong(name.substring(0, name.length() - SEGMENT.length()));
    }
}
