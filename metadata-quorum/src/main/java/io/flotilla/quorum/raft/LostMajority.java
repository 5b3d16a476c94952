package io.flotilla.quorum.raft;

import io.flotilla.quorum.log.CapturedState;
import io.flotilla.quorum.log.ReplicatedCore;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.jspecify.annotations.Nullable;

/**
 * Makes a voter that is left of a lost majority the only voter of a new quorum, on the directory of a node that does
 * not run. The new quorum has an id of its own, so that the voters that were given up are not heard when they come
 * back: they would take this one for a follower that is late, and undo what it has decided since.
 *
 * <p>Holds the directory's lock from {@link #open} to {@link #close}.
 */
public final class LostMajority implements AutoCloseable {

    private static final String STAGED = "raft.recovered";
    private static final String RAFT = "raft";

    private final Path directory;
    private final DirectoryLock lock;
    private MetaProperties meta;
    private @Nullable StoredLog log;

    private LostMajority(Path directory, DirectoryLock lock, MetaProperties meta) {
        this.directory = directory;
        this.lock = lock;
        this.meta = meta;
    }

    /**
     * What is there.
     *
     * @param voters of the quorum that the node belongs to, as of the last configuration in its log
     * @param term of the last entry
     * @param index of the last entry
     * @param writtenAtMs when anything was last written, milliseconds since the Unix epoch
     */
    public record Survivor(NodeIdentity identity, List<Voter> voters, long term, long index, long writtenAtMs) {
        public Survivor {
            voters = List.copyOf(voters);
        }

        /** Whether there is nothing to recover from: this node decides alone already. */
        public boolean isAlone() {
            return voters.size() == 1 && voters.get(0).id() == identity.nodeId();
        }
    }

    /**
     * Takes the directory.
     *
     * @throws StorageRefusedException when a node uses it, or it is none of a voter
     */
    public static LostMajority open(Path directory) throws IOException {
        Path identity = directory.resolve(RaftConfig.IDENTITY_FILE);
        Optional<MetaProperties> meta;
        try {
            meta = MetaProperties.read(identity);
        } catch (StorageRefusedException damaged) { // whose own advice is to give this copy up
            throw new StorageRefusedException(identity + " cannot be read. " + StoredLog.KEEP);
        }
        if (meta.isEmpty() || !meta.get().formatted()) {
            throw new StorageRefusedException("There is no metadata log in " + directory + ": " + identity
                    + (meta.isEmpty() ? " does not exist" : " says that this node never voted")
                    + ". Name the metadata.log.dir of the node, or __metadata in the first of its log.dirs.");
        }
        return new LostMajority(directory, DirectoryLock.take(directory), meta.get());
    }

    /**
     * Finishes a recovery that was interrupted.
     *
     * @return the folder with the storage of before; empty where none was under way
     */
    public Optional<Path> finishInterrupted() throws IOException {
        Optional<RecoveryMark> mark = RecoveryMark.read(directory);
        return mark.isPresent() ? Optional.of(finish(mark.get())) : Optional.empty();
    }

    /** Reads the whole log into the core, entries that were perhaps never committed too. */
    public Survivor replay(ReplicatedCore core) throws IOException {
        RecoveryMark.refuseUnfinished(directory);
        Path group = directory.resolve(RAFT).resolve(meta.identity().quorumId().toString());
        long writtenAtMs = lastWrittenMs(group.resolve("current"));
        StoredLog read = StoredLog.replay(group, core);
        if (read.isEmpty()) {
            throw new StorageRefusedException("The metadata log in " + directory + " is empty: there is nothing that"
                    + " could be recovered from this node. Choose another of the voters.");
        }
        log = read;
        return new Survivor(
                meta.identity(),
                read.voters().stream().map(LostMajority::voter).toList(),
                read.term(),
                read.index(),
                writtenAtMs);
    }

    private static long lastWrittenMs(Path current) throws IOException {
        long latestMs = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(current)) {
            for (Path file : files) {
                latestMs = Math.max(latestMs, Files.getLastModifiedTime(file).toMillis());
            }
        } catch (NoSuchFileException e) {
            throw new StorageRefusedException("There is no Raft log in " + current
                    + ", though this node had one: its disk was lost or is not mounted. Choose another of the voters.");
        }
        return latestMs;
    }

    private static Voter voter(RaftPeerProto peer) {
        return Voter.parse(peer.getId().toStringUtf8() + "@" + peer.getAddress());
    }

    /**
     * Makes the survivor the only voter of a quorum that begins with a state; after {@link #replay}.
     *
     * @param state what the core of the replay has become
     * @return the folder with the storage of before
     */
    public Path found(UUID quorumId, CapturedState state) throws IOException {
        StoredLog read = Objects.requireNonNull(log, "replay comes first");
        Path staged = directory.resolve(STAGED);
        StoragePreflight.deleteRecursively(staged);
        Path group = staged.resolve(quorumId.toString());
        Path current = Files.createDirectories(group.resolve("current"));
        Path machine = Files.createDirectories(group.resolve("sm"));
        Path snapshot = machine.resolve("snapshot." + read.term() + "_" + read.index());
        Path temporary = SnapshotFiles.temporary(snapshot);
        SnapshotFiles.publish(temporary, snapshot, SnapshotFiles.write(temporary, state));
        DurableFiles.replace(current.resolve("raft-meta.conf"), alone(read).toByteArray());
        DurableFiles.replace(current.resolve("raft-meta"), "term=" + (read.termMax() + 1) + "\nvotedFor=\n");
        DurableFiles.syncDirectory(group);
        DurableFiles.syncDirectory(staged);
        RecoveryMark mark = new RecoveryMark(quorumId, freeName());
        mark.write(directory);
        return finish(mark);
    }

    /** The configuration with this node alone, at the endpoint that it had. */
    private LogEntryProto alone(StoredLog read) throws StorageRefusedException {
        String self = Integer.toString(meta.identity().nodeId());
        RaftPeerProto peer = read.voters().stream()
                .filter(voter -> voter.getId().toStringUtf8().equals(self))
                .findFirst()
                .orElseThrow(
                        () -> new StorageRefusedException("Node " + self + " is not among the voters of its own log,"
                                + " so it may lack what they decided. Choose one of the voters."));
        return LogEntryProto.newBuilder()
                .setTerm(read.term())
                .setIndex(read.index())
                .setConfigurationEntry(RaftConfigurationProto.newBuilder().addPeers(peer))
                .build();
    }

    /** Each step can be repeated: what it moves is moved, or was. */
    private Path finish(RecoveryMark mark) throws IOException {
        Path raft = directory.resolve(RAFT);
        Path staged = directory.resolve(STAGED);
        Path backup = directory.resolve(mark.backup());
        if (Files.exists(staged)) {
            if (Files.exists(raft)) {
                Files.move(raft, backup);
                DurableFiles.syncDirectory(directory);
            }
            DurableFiles.replace(
                    backup.resolve(RaftConfig.IDENTITY_FILE),
                    Files.readAllBytes(directory.resolve(RaftConfig.IDENTITY_FILE)));
            Files.move(staged, raft);
            DurableFiles.syncDirectory(directory);
        }
        meta = meta.recoveredIn(mark.quorumId());
        meta.write(directory.resolve(RaftConfig.IDENTITY_FILE));
        RecoveryMark.delete(directory);
        return backup;
    }

    private String freeName() {
        int number = 1;
        while (Files.exists(directory.resolve(backupName(number)))) {
            number++;
        }
        return backupName(number);
    }

    private static String backupName(int number) {
        return "raft.before-recovery-" + number;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
