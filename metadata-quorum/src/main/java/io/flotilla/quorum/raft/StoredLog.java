package io.flotilla.quorum.raft;

import io.flotilla.quorum.log.ReplicatedCore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.MD5FileUtil;
import org.apache.ratis.util.SizeInBytes;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot and the log of a node that does not run, read to their very end: which of the last entries were
 * committed nobody can tell who has only one of the logs, and one that was must not be dropped.
 */
final class StoredLog {

    private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");
    private static final Pattern SEGMENT = Pattern.compile("log_(inprogress_)?(\\d+)(-\\d+)?");
    private static final SizeInBytes ENTRY_BYTES_MAX = SizeInBytes.valueOf(2L * RaftSettings.APPENDER_BYTES_MAX);
    private static final long NONE = -1;

    private final ReplicatedCore core;

    /** Where the log ends. */
    private long term = NONE;

    private long index = NONE;
    private long votedTerm;
    private @Nullable LogEntryProto configuration;

    /** What to do where this copy cannot be read; it may be the last one. */
    static final String KEEP =
            "Keep a copy of the whole directory, change nothing in it, and try another of the voters that are left.";

    private StoredLog(ReplicatedCore core) {
        this.core = core;
    }

    /**
     * Reads everything into the core.
     *
     * @throws StorageRefusedException when something is damaged or missing in the middle
     */
    static StoredLog replay(Path group, ReplicatedCore core) throws IOException {
        StoredLog log = new StoredLog(core);
        Path current = group.resolve("current");
        log.votedTerm = votedTerm(current.resolve("raft-meta"));
        log.readConfiguration(current.resolve("raft-meta.conf"));
        log.loadSnapshot(group.resolve("sm"));
        for (Path segment : segments(current)) {
            log.readSegment(segment);
        }
        return log;
    }

    /** Oldest first. Empty ones are left alone: Ratis would delete them where it looks at their names. */
    private static List<Path> segments(Path current) throws IOException {
        try (Stream<Path> files = Files.list(current)) {
            return files.filter(file ->
                            SEGMENT.matcher(String.valueOf(file.getFileName())).matches())
                    .filter(file -> file.toFile().length() > 0)
                    .sorted(Comparator.comparingLong(StoredLog::firstIndex))
                    .toList();
        }
    }

    private static long firstIndex(Path segment) {
        Matcher name = SEGMENT.matcher(String.valueOf(segment.getFileName()));
        return name.matches() ? Long.parseLong(name.group(2)) : NONE;
    }

    private static long votedTerm(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return Long.parseLong(properties.getProperty("term", ""));
        } catch (NumberFormatException e) {
            throw new StorageRefusedException(file + " names no term: it was damaged on disk. " + KEEP);
        }
    }

    private void readConfiguration(Path file) throws IOException {
        if (Files.exists(file)) {
            configuration = LogEntryProto.parseFrom(Files.readAllBytes(file));
        }
    }

    private record Snapshot(Path file, long term, long index) {}

    private void loadSnapshot(Path directory) throws IOException {
        List<Snapshot> snapshots = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher name = SNAPSHOT.matcher(String.valueOf(file.getFileName()));
                if (name.matches() && MD5FileUtil.readStoredMd5ForFile(file.toFile()) != null) {
                    snapshots.add(new Snapshot(file, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
                }
            }
        }
        Optional<Snapshot> newest = snapshots.stream().max(Comparator.comparingLong(Snapshot::index));
        if (newest.isEmpty()) {
            return;
        }
        Path file = newest.get().file();
        if (!MD5FileUtil.computeMd5ForFile(file.toFile()).equals(MD5FileUtil.readStoredMd5ForFile(file.toFile()))) {
            throw new StorageRefusedException(
                    "Snapshot " + file + " differs from its digest: it was damaged on disk. " + KEEP);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            core.load(in);
        }
        term = newest.get().term();
        index = newest.get().index();
    }

    /** Reads a copy, from which a torn tail is cut: the original stays as it is. */
    private void readSegment(Path original) throws IOException {
        Path folder = Files.createTempDirectory("flotilla-recover");
        try {
            Path copy = folder.resolve(String.valueOf(original.getFileName()));
            Files.copy(original, copy);
            OpenSegment.repairTail(folder);
            LogSegmentPath segment = LogSegmentPath.matchLogSegment(copy);
            if (segment != null) {
                readCopy(segment);
            }
        } catch (StorageRefusedException e) {
            throw new StorageRefusedException(original + " is damaged, and not only at its end. " + KEEP);
        } finally {
            StoragePreflight.deleteRecursively(folder);
        }
    }

    private void readCopy(LogSegmentPath segment) throws IOException {
        try {
            LogSegment.readSegmentFile(
                    segment.getPath().toFile(),
                    segment.getStartEnd(),
                    ENTRY_BYTES_MAX,
                    CorruptionPolicy.EXCEPTION,
                    null,
                    this::read);
        } catch (UncheckedIOException e) {
            throw new IOException("In " + segment.getPath() + ": " + e.getMessage(), e);
        }
    }

    private void read(LogEntryProto entry) {
        if (entry.hasConfigurationEntry() && (configuration == null || entry.getIndex() >= configuration.getIndex())) {
            configuration = entry;
        }
        if (entry.getIndex() <= index) {
            return;
        }
        if (entry.getIndex() != index + 1) {
            throw new UncheckedIOException(new StorageRefusedException(
                    "entry " + entry.getIndex() + " follows entry " + index + ": part of the log is missing. " + KEEP));
        }
        term = entry.getTerm();
        index = entry.getIndex();
        byte[] command = entry.getStateMachineLogEntry().getLogData().toByteArray();
        if (command.length > 0) {
            core.apply(command, term, index);
        }
    }

    boolean isEmpty() {
        return index == NONE;
    }

    long term() {
        return term;
    }

    long index() {
        return index;
    }

    /** No node has voted in a later term, as far as this one knows. */
    long termMax() {
        return Math.max(term, votedTerm);
    }

    /**
     * The voters as of the last configuration, committed or not, in the order of their ids; amid a change those of
     * before and after it, because both majorities decide.
     */
    List<RaftPeerProto> voters() {
        LogEntryProto last = configuration;
        if (last == null) {
            return List.of();
        }
        Map<String, RaftPeerProto> voters = new TreeMap<>();
        for (RaftPeerProto peer : last.getConfigurationEntry().getOldPeersList()) {
            voters.put(peer.getId().toStringUtf8(), peer);
        }
        for (RaftPeerProto peer : last.getConfigurationEntry().getPeersList()) {
            voters.put(peer.getId().toStringUtf8(), peer);
        }
        return List.copyOf(voters.values());
    }
}
