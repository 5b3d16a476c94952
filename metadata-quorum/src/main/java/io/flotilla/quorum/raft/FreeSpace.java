package io.flotilla.quorum.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk of the metadata directory has room. After the first write that finds none, Ratis's log stays failed
 * until the process starts again, and without room it does not start: whoever can do without must stop writing before.
 * The timer's thread looks, any thread asks.
 */
final class FreeSpace {

    private static final Logger LOG = LoggerFactory.getLogger(FreeSpace.class);
    private static final long MIB = 1 << 20;
    private static final long ENOUGH = -1;

    /** The least log that is worth a snapshot, and the least part of the snapshot's own size. */
    private static final long WORTHWHILE_BYTES = MIB;

    private static final int WORTHWHILE_DIVISOR = 8;

    private final Path directory;
    private final long bytesMin;

    /** Free bytes when last looked at and found too few, or ENOUGH. */
    private volatile long shortBytes = ENOUGH;

    /** Whether the disk could not be asked when last looked at; one thread looks at a time. */
    private boolean unknown;

    /** @param bytesMin fewer free bytes are too few; 0 never complains */
    FreeSpace(Path directory, long bytesMin) {
        this.directory = directory;
        this.bytesMin = bytesMin;
    }

    /** Looks at the disk and logs what changed; a disk that cannot be asked changes nothing. */
    void look() {
        try {
            judge(Files.getFileStore(directory).getUsableSpace());
            if (unknown) {
                unknown = false;
                LOG.info("The free space of {} is known again", directory);
            }
        } catch (IOException e) {
            if (!unknown) {
                unknown = true;
                LOG.warn(
                        "The free space of {} is unknown; until it is known, what was found last counts", directory, e);
            }
        }
    }

    /** Space has to exceed the minimum by an eighth before it counts as enough again, so that it does not flicker. */
    void judge(long usableBytes) {
        boolean was = isShort();
        if (usableBytes < bytesMin || (was && usableBytes < bytesMin + bytesMin / 8)) {
            shortBytes = usableBytes;
        } else {
            shortBytes = ENOUGH;
        }
        if (isShort() && !was) {
            LOG.error(
                    "{} Until there is more, this node takes snapshots early and deletes the log before them, and as"
                            + " the active controller it creates nothing new. Free space on that disk, or stop this"
                            + " node and move metadata.log.dir to a larger one; a restart also deletes the log that is"
                            + " kept for late followers. When the disk is full, the log fails and this node stops.",
                    complaint(usableBytes));
        } else if (was && !isShort()) {
            LOG.info("The metadata log has room again: {} MiB in {}", usableBytes / MIB, directory);
        }
    }

    boolean isShort() {
        return shortBytes != ENOUGH;
    }

    /**
     * Whether a snapshot now would save space. It is written in full before an older one goes, so it has to fit, twice
     * in case it has grown; and what others take from the same disk is not given back by writing ever more.
     *
     * @param logBytes of log since the last snapshot
     * @param snapshotBytes size of the last snapshot, 0 where there is none
     */
    boolean isSavedBy(long logBytes, long snapshotBytes) {
        return isShort()
                && logBytes >= Math.max(WORTHWHILE_BYTES, snapshotBytes / WORTHWHILE_DIVISOR)
                && shortBytes >= 2 * snapshotBytes;
    }

    /** What is wrong, in a sentence for operators; empty while there is room. */
    Optional<String> shortage() {
        long found = shortBytes;
        return found == ENOUGH ? Optional.empty() : Optional.of(complaint(found));
    }

    private String complaint(long usableBytes) {
        return "Only %d MiB are free for the metadata log in %s, less than metadata.log.free.bytes.min (%d MiB)."
                .formatted(usableBytes / MIB, directory, bytesMin / MIB);
    }
}
