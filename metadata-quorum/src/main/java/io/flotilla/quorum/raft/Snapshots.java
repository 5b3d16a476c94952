package io.flotilla.quorum.raft;

import io.flotilla.quorum.log.CapturedState;
import io.flotilla.quorum.log.ReplicatedCore;
import io.flotilla.quorum.raft.RaftTuning.SnapshotPolicy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots in two steps: written in the pool from an immutable capture, then published on the apply thread, which only
 * renames.
 */
final class Snapshots {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final SnapshotPolicy policy;
    private final Executor pool;
    private final AtomicBoolean preparing = new AtomicBoolean();
    private final AtomicReference<@Nullable Prepared> prepared = new AtomicReference<>();

    /** Asks Raft to call back for publication. */
    private volatile Runnable publicationRequest = () -> {};

    private final AtomicLong entriesSince = new AtomicLong();
    private final AtomicLong bytesSince = new AtomicLong();

    /** A complete, synced file under its temporary name. */
    private record Prepared(Path file, MD5Hash digest, TermIndex at) {}

    Snapshots(SnapshotPolicy policy, Executor pool) {
        this.policy = policy;
        this.pool = pool;
    }

    void open(RaftStorage raftStorage) throws IOException {
        storage.init(raftStorage);
        SnapshotFiles.deleteLeftovers(
                raftStorage.getStorageDir().getStateMachineDir().toPath());
    }

    void whenPrepared(Runnable request) {
        publicationRequest = request;
    }

    SimpleStateMachineStorage storage() {
        return storage;
    }

    /** The newest snapshot on disk, also one that a leader has just installed. */
    @Nullable
    SingleFileSnapshotInfo latest() {
        return storage.loadLatestSnapshot();
    }

    /** Reads a snapshot into the core, after comparing it with its digest. */
    void load(SingleFileSnapshotInfo snapshot, ReplicatedCore core) throws IOException {
        Path file = snapshot.getFile().getPath();
        if (!snapshot.hasMd5()) {
            throw new IOException(
                    "Snapshot " + file + " has no digest beside it, so it may be incomplete. " + SnapshotFiles.WAY_OUT);
        }
        if (!MD5FileUtil.computeMd5ForFile(file.toFile())
                .equals(snapshot.getFile().getFileDigest())) {
            throw new IOException(
                    "Snapshot " + file + " differs from its digest: it was damaged on disk. " + SnapshotFiles.WAY_OUT);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            core.load(in);
        }
        resetCounters();
    }

    void applied(int bytes) {
        entriesSince.incrementAndGet();
        bytesSince.addAndGet(bytes);
    }

    boolean isDue() {
        return !preparing.get()
                && (bytesSince.get() >= policy.logBytes()
                        || (entriesSince.get() >= policy.firstAfterEntries() && storage.getLatestSnapshot() == null));
    }

    /** Whether a snapshot by time has anything to record. */
    boolean hasNews() {
        return entriesSince.get() > 0;
    }

    /** Whether one now would give this disk more room than it takes. */
    boolean wouldSave(FreeSpace space) {
        SingleFileSnapshotInfo newest = storage.getLatestSnapshot();
        return space.isSavedBy(
                bytesSince.get(), newest == null ? 0 : newest.getFile().getFileSize());
    }

    /** Starts writing, unless that is under way; the capture must belong to {@code at}. */
    void prepare(CapturedState state, TermIndex at) {
        if (at.getIndex() < 0 || !preparing.compareAndSet(false, true)) {
            return;
        }
        resetCounters();
        try {
            pool.execute(() -> write(state, at));
        } catch (RejectedExecutionException closing) {
            preparing.set(false);
        }
    }

    private void write(CapturedState state, TermIndex at) {
        Path file = SnapshotFiles.temporary(
                storage.getSnapshotFile(at.getTerm(), at.getIndex()).toPath());
        try {
            prepared.set(new Prepared(file, SnapshotFiles.write(file, state), at));
        } catch (IOException | RuntimeException e) {
            LOG.error("Writing a snapshot at {} failed; the next one is tried when it is due", at, e);
            SnapshotFiles.deleteQuietly(file);
            preparing.set(false);
            return;
        }
        publicationRequest.run();
    }

    /** Gives the prepared snapshot its name, unless a newer one has arrived meanwhile; null when there is none. */
    @Nullable
    TermIndex publish() throws IOException {
        Prepared ready = prepared.getAndSet(null);
        if (ready == null) {
            return null;
        }
        try {
            SingleFileSnapshotInfo newest = storage.getLatestSnapshot();
            if (newest != null && newest.getIndex() >= ready.at().getIndex()) {
                SnapshotFiles.deleteQuietly(ready.file());
                return null;
            }
            Path file = storage.getSnapshotFile(ready.at().getTerm(), ready.at().getIndex())
                    .toPath();
            SnapshotFiles.publish(ready.file(), file, ready.digest());
            storage.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file, ready.digest()), ready.at()));
            return ready.at();
        } finally {
            preparing.set(false);
        }
    }

    private void resetCounters() {
        entriesSince.set(0);
        bytesSince.set(0);
    }
}
