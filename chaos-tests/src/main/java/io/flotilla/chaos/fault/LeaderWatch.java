package io.flotilla.chaos.fault;

import io.flotilla.chaos.history.HistoryWriter;
import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.client.Admin;
import io.flotilla.model.error.FlotillaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Writes down whenever it sees another leader of a partition or of the quorum; a thread of its own looks all the time.
 */
public final class LeaderWatch implements AutoCloseable {
    /** The process of what nobody of the load does. */
    public static final int WATCHER = -2;

    private static final int WATCH_MS = 100;

    private final Admin admin;
    private final String topic;
    private final HistoryWriter history;
    private final Map<String, Mop.Leader> last = new TreeMap<>();
    private final Thread thread;
    private volatile boolean ending;

    /** Starts to watch. */
    public LeaderWatch(Admin admin, String topic, HistoryWriter history) {
        this.admin = admin;
        this.topic = topic;
        this.history = history;
        this.thread = new Thread(this::watch, "leader-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (!ending) {
                List<Mop.Leader> changed = new ArrayList<>();
                for (Mop.Leader now : look()) {
                    if (!now.equals(last.put(now.key(), now))) {
                        changed.add(now);
                    }
                }
                if (!changed.isEmpty()) {
                    history.write(WATCHER, OpType.INFO, Act.LEADER, changed);
                }
                TimeUnit.MILLISECONDS.sleep(WATCH_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Mop.Leader> look() {
        List<Mop.Leader> seen = new ArrayList<>();
        try {
            var quorum = admin.describeQuorum();
            seen.add(new Mop.Leader(Mop.Leader.CONTROLLER, quorum.leaderId(), quorum.leaderEpoch()));
            admin.describeTopics(List.of(topic))
                    .values()
                    .forEach(description -> description
                            .partitions()
                            .forEach(partition -> seen.add(new Mop.Leader(
                                    topic + "-" + partition.partition(),
                                    partition.leader(),
                                    partition.leaderEpoch()))));
        } catch (FlotillaException e) {
            // Nobody answers while leaders change; what was seen until then counts.
        }
        return seen;
    }

    @Override
    public void close() {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
