package io.flotilla.process;

import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The members of one group, each a process that is started again after it was ended, and their journals, which a thread
 * of its own reads as they grow. The test's thread starts and ends members.
 */
final class GroupReaders implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 5_000_000;
    private static final Clock CLOCK = new SystemClock();

    private final String bootstrap;
    private final String topic;
    private final Path folder;
    private final Map<Integer, Member> members = new TreeMap<>();
    private final Map<String, Long> killedAtNanos = new HashMap<>();
    private final Thread follower = new Thread(this::follow, "journals");
    /** Of all lives; guarded by this. */
    private final List<Journal> journals = new ArrayList<>();

    private volatile long read;
    private volatile boolean ending;
    private int lives;

    private record Member(String life, Process process) {}

    /** Members of the group that has the topic's name; journals come into the folder. */
    GroupReaders(String bootstrap, String topic, Path folder) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.folder = folder;
        follower.start();
    }

    /** Starts a member in a place. Every other life commits itself. */
    void start(int place) {
        String life = "member-" + place + "-" + lives;
        Path path = folder.resolve(life);
        try {
            Files.createDirectories(folder);
            Files.createFile(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        members.put(place, new Member(life, GroupReader.start(bootstrap, topic, topic, path, lives % 2 == 1)));
        lives++;
        synchronized (this) {
            journals.add(new Journal(life, path));
        }
    }

    /** SIGKILL; returns when it is gone. */
    void kill(int place) {
        Member member = running(place);
        killedAtNanos.put(member.life(), CLOCK.nanos());
        member.process().destroyForcibly();
        awaitEnd(place);
    }

    /** SIGTERM: it leaves; returns when it is gone. */
    void leave(int place) {
        running(place).process().destroy();
        awaitEnd(place);
    }

    private Member running(int place) {
        Member member = members.get(place);
        if (member == null || !member.process().isAlive()) {
            throw new AssertionError("no member runs in place " + place + "; see " + folder + ", " + member);
        }
        return member;
    }

    private void awaitEnd(int place) {
        try {
            Member member = members.get(place);
            if (member != null && !member.process().waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(member.life() + " still runs after " + END);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Records that polls returned, those that came again included. */
    long read() {
        return read;
    }

    /** Members that were killed, and when. */
    Map<String, Long> killedAtNanos() {
        return Map.copyOf(killedAtNanos);
    }

    /** All that was written. Only after {@link #close}. */
    synchronized List<GroupEvent> events() {
        return journals.stream().flatMap(journal -> journal.events().stream()).toList();
    }

    private void follow() {
        while (!ending) {
            readOn();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        readOn();
    }

    private synchronized void readOn() {
        journals.forEach(Journal::readOn);
        read = journals.stream().mapToLong(Journal::records).sum();
    }

    /** Lets every member leave, and reads the journals to their ends. */
    @Override
    public void close() {
        members.values().forEach(member -> member.process().destroy());
        try {
            members.keySet().forEach(this::awaitEnd);
        } finally {
            members.values().forEach(member -> member.process().destroyForcibly());
            ending = true;
            try {
                follower.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
