package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the file system of a log directory has room for new records. Below {@code log.free.bytes.min} leaders take
 * none, and below half of that followers take none: the rest is a reserve, in which truncations, notes of syncs,
 * checkpoints and deletions go on, so that a log that is out of space still keeps its promises. The disk is asked by
 * {@link #look} only, off the loops, every second or so; between two looks, what was appended since is taken off. Any
 * thread may ask.
 */
public final class DirectorySpace {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorySpace.class);

    private final Disk disk;
    private final long freeBytesMin;

    /** Bytes appended in the directory since it was opened. */
    private final AtomicLong appended = new AtomicLong();

    /** What would have been free, had nothing been appended since the directory was opened; by the last look. */
    private volatile long freeWithoutAppends = Long.MAX_VALUE;

    /** The last looks found too little for records of clients, and not yet clearly more. */
    private volatile boolean low;

    /** The same for records of other brokers' leaders. */
    private volatile boolean veryLow;

    /** Guarded by this: the disk could not be asked the last time. */
    private boolean unknown;

    /**
     * @param freeBytesMin fewer free bytes are too few for new records; 0 never minds, and then the disk is not asked
     */
    public DirectorySpace(Disk disk, long freeBytesMin) {
        if (freeBytesMin < 0) {
            throw new IllegalArgumentException("log.free.bytes.min is " + freeBytesMin + ", it must not be negative");
        }
        this.disk = disk;
        this.freeBytesMin = freeBytesMin;
    }

    /** Asks the disk, and logs what has changed; a disk that cannot be asked changes nothing. Blocks: not on a loop. */
    public void look() {
        if (freeBytesMin > 0) {
            ask();
        }
    }

    private synchronized void ask() {
        long before = appended.get();
        long free;
        try {
            free = disk.freeBytes();
        } catch (DiskException e) {
            if (!unknown) {
                LOG.warn("the free space of {} is unknown; what was found last counts until it is", disk.name(), e);
            }
            unknown = true;
            return;
        }
        unknown = false;
        freeWithoutAppends = free > Long.MAX_VALUE - before ? Long.MAX_VALUE : free + before;
        boolean wasLow = low;
        low = isBelow(freeBytesMin, wasLow, free);
        veryLow = isBelow(freeBytesMin / 2, veryLow, free);
        if (low && !wasLow) {
            LOG.warn("{} Reads go on, and so will writes, by themselves, with {} bytes", shortage(), enough());
        } else if (wasLow && !low) {
            LOG.info("log directory {} has {} bytes free and takes new records again", disk.name(), free);
        }
    }

    /** There has to be an eighth more before there is enough again, so that it does not flicker. */
    private static boolean isBelow(long limit, boolean was, long free) {
        return free < (was ? limit + limit / 8 : limit);
    }

    private long enough() {
        return freeBytesMin + freeBytesMin / 8;
    }

    private long freeAsOfNow() {
        return freeWithoutAppends - appended.get();
    }

    /** Bytes that the file system has left; asks the disk. */
    public long freeBytes() {
        return disk.freeBytes();
    }

    /** Records were written to one of the directory's logs. */
    public void onAppended(int bytes) {
        appended.addAndGet(bytes);
    }

    /** Whether leaders may append what clients send. */
    public boolean takesRecords() {
        return !low && freeAsOfNow() >= freeBytesMin;
    }

    /** Whether followers may append what leaders have, which clients may wait for. */
    public boolean takesReplicas() {
        return !veryLow && freeAsOfNow() >= freeBytesMin / 2;
    }

    /** What is wrong, and what helps, in a sentence or two for clients and operators. */
    public String shortage() {
        return "log directory " + disk.name() + " has " + Math.max(0, freeAsOfNow())
                + " bytes free, less than log.free.bytes.min " + freeBytesMin
                + " leaves for new records. Free space on its file system, or have records given up"
                + " (retention.bytes, retention.ms, delete-records).";
    }
}
