package io.flotilla.quorum.raft;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** What a process lends to its member of the quorum, remembering what it is told. */
final class Lent implements AutoCloseable {

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> stops = new CopyOnWriteArrayList<>();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    RaftRuntime runtime() {
        LeadershipListener leadership = new LeadershipListener() {
            @Override
            public void leaderReady(long term) {
                events.add("ready " + term);
            }

            @Override
            public void notLeader() {
                events.add("lost");
            }
        };
        return new RaftRuntime(pool, timer, (reason, cause) -> stops.add(reason), leadership);
    }

    /** Leadership events, in order: {@code ready TERM} and {@code lost}. */
    List<String> events() {
        return events;
    }

    /** Reasons for which the process would have been stopped. */
    List<String> stops() {
        return stops;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        pool.shutdown();
    }
}
