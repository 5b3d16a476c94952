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
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
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
    private static final SizeInBytes ENTRY_BYTES_MAX = SizeInBytes.valueOf(2L * RaftSettings.APPENDER_BYTES_MAX);
    private static final long NONE = -1;

    private final ReplicatedCore core;

    /** Where the log ends. */
    private long term = NONE;

    private long index = NONE;
    private long votedTerm;
    private @Nullable LogEntryProto configuration;

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
        OpenSegment.repairTail(current);
        log.votedTerm = votedTerm(current.resolve("raft-meta"));
        log.readConfiguration(current.resolve("raft-meta.conf"));
        log.loadSnapshot(group.resolve("sm"));
        try (Stream<Path> files = Files.list(current)) {
            List<LogSegmentPath> segments = files.map(LogSegmentPath::matchLogSegment)
                    .filter(Objects::nonNull)
                    .sorted(Comparator.comparing(LogSegmentPath::getStartEnd))
                    .toList();
            for (LogSegmentPath segment : segments) {
                log.readSegment(segment);
            }
        }
        return log;
    }

    private static long votedTerm(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return Long.parseLong(properties.getProperty("term", ""));
        } catch (NumberFormatException e) {
            throw new StorageRefusedException(
                    file + " names no term: it was damaged on disk. " + SnapshotFiles.WAY_OUT);
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
                    "Snapshot " + file + " differs from its digest: it was damaged on disk. " + SnapshotFiles.WAY_OUT);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            core.load(in);
        }
        term = newest.get().term();
        index = newest.get().index();
    }

    private void readSegment(LogSegmentPath segment) throws IOException {
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
            throw new UncheckedIOException(new StorageRefusedException("entry " + entry.getIndex() + " follows entry "
                    + index + ": part of the log is missing. Look for it before anything else."));
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

    /** The voters as of the last configuration, committed or not, in the order of their ids. */
    List<RaftPeerProto> voters() {
        LogEntryProto last = configuration;
        return last == null
                ? List.of()
                : last.getConfigurationEntry().getPeersList().stream()
                        .sorted(Comparator.comparing(peer -> peer.getId().toStringUtf8()))
                        .toList();
    }
}
