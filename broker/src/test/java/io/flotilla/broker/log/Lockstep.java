package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Two threads of which one runs at a time: the test's, and another, which may change places before any change of a
 * file. Who goes on is drawn from a seed, so that what happened happens again. Neither yields while it has a lock.
 */
final class Lockstep {
    private final Random random;
    private final Semaphore mainTurn = new Semaphore(0);
    private final Semaphore otherTurn = new Semaphore(0);

    /** What no thread may have when the other goes on. */
    private final List<Object> locks = new ArrayList<>();

    private @Nullable Thread other;
    private boolean running;
    private @Nullable Throwable failure;
    private int mainPercent;
    private int otherPercent;

    Lockstep(Random random) {
        this.random = random;
    }

    /** How often the test's thread, and the other, yields where it could. */
    void changePlaces(int mainPercent, int otherPercent) {
        this.mainPercent = mainPercent;
        this.otherPercent = otherPercent;
    }

    void respect(Object lock) {
        locks.add(lock);
    }

    /** True until the other thread's work is done. */
    boolean isRunning() {
        return running;
    }

    /** Gives the other thread work, which it begins at its first turn. */
    void begin(Runnable work) {
        running = true;
        var thread = new Thread(() -> run(work), "lockstep");
        thread.setDaemon(true);
        other = thread;
        thread.start();
    }

    private void run(Runnable work) {
        otherTurn.acquireUninterruptibly();
        try {
            work.run();
        } catch (Throwable e) {
            failure = e;
        } finally {
            running = false;
            mainTurn.release();
        }
    }

    /** Lets the other thread go on until it yields; throws what it has thrown. */
    void yieldToOther() throws Throwable {
        switchThreads();
        var thrown = failure;
        failure = null;
        if (thrown != null) {
            throw thrown;
        }
    }

    /** Lets the other thread end; what it throws is its own affair. */
    void finish() {
        otherPercent = 0;
        while (running) {
            switchThreads();
        }
        failure = null;
        locks.clear();
    }

    /** Perhaps. */
    void mayYield() {
        int percent = Thread.currentThread() == other ? otherPercent : mainPercent;
        if (running && locks.stream().noneMatch(Thread::holdsLock) && random.nextInt(100) < percent) {
            switchThreads();
        }
    }

    private void switchThreads() {
        if (!running) {
            return;
        }
        if (Thread.currentThread() == other) {
            mainTurn.release();
            otherTurn.acquireUninterruptibly();
        } else {
            otherTurn.release();
            mainTurn.acquireUninterruptibly();
        }
    }

    /** A disk before whose changes the threads may change places. */
    Disk on(Disk disk) {
        return new ForwardingDisk(disk) {
            @Override
            public void createDirectory(String path) {
                mayYield();
                super.createDirectory(path);
            }

            @Override
            public DiskFile open(String path) {
                return file(super.open(path));
            }

            @Override
            public DiskFile create(String path) {
                mayYield();
                return file(super.create(path));
            }

            @Override
            public void rename(String from, String to) {
                mayYield();
                super.rename(from, to);
            }

            @Override
            public void delete(String path) {
                mayYield();
                super.delete(path);
            }

            @Override
            public void syncDirectory(String directory) {
                mayYield();
                super.syncDirectory(directory);
            }
        };
    }

    private DiskFile file(DiskFile file) {
        return new ForwardingDisk.ForwardingFile(file) {
            @Override
            public void append(ByteBuffer... buffers) {
                mayYield();
                super.append(buffers);
            }

            @Override
            public void sync() {
                mayYield();
                super.sync();
            }

            @Override
            public void truncate(long size) {
                mayYield();
                super.truncate(size);
            }
        };
    }
}
