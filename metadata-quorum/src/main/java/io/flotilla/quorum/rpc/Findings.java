package io.flotilla.quorum.rpc;

import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.quorum.feed.DecisionLog.Entry;
import io.flotilla.quorum.feed.DecisionLog.Found;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Why a partition is as it is, in sentences for people. A function of what is known of it. */
final class Findings {
    private final MetadataImage image;
    private final List<Entry> entries;
    private final PartitionState state;

    private Findings(Found found) {
        this.image = found.image();
        this.entries = found.entries();
        this.state = entries.get(entries.size() - 1).state();
    }

    static List<String> of(Found found) {
        return new Findings(found).all();
    }

    private List<String> all() {
        List<String> findings = new ArrayList<>();
        findings.add(state.hasLeader() ? leader() : nobody());
        for (int replica : state.replicaIds()) {
            if (!state.isr().contains(replica)) {
                findings.add(missing(replica));
            }
        }
        if (state.plan().reassigns()) {
            long came =
                    state.plan().adding().stream().filter(state.isr()::contains).count();
            List<Integer> target = state.plan().target();
            findings.add("It moves from brokers " + state.origin() + " to " + target + " "
                    + since(earlier -> earlier.plan().target().equals(target)) + "; " + came + " of "
                    + state.plan().adding().size() + " new replicas are in sync.");
        }
        if (state.plan().movesLeader()) {
            int next = state.plan().nextLeader();
            findings.add("Broker " + state.leader() + " drains for broker " + next + ", which leads next, "
                    + since(earlier -> earlier.plan().nextLeader() == next) + ".");
        }
        return findings;
    }

    private String leader() {
        int preferred = state.replicas().get(0).brokerId();
        String relation = state.leader() == preferred
                ? "It is the preferred leader."
                : "The preferred leader is broker " + preferred + ", which is " + standing(preferred)
                        + (state.isr().contains(preferred) && image.brokers().eligible(preferred)
                                ? " and in sync: a preferred election, or the balance of leaders, lets it lead again."
                                : ".");
        return "Broker " + state.leader() + " leads in epoch " + state.leaderEpoch() + " "
                + since(earlier -> earlier.leaderEpoch() == state.leaderEpoch()) + ". " + relation;
    }

    private String nobody() {
        String complete = state.isr().isEmpty() && state.elr().isEmpty()
                ? "no replica is known to be complete"
                : "the complete replicas are on brokers " + complete() + ": "
                        + String.join(
                                ", ",
                                complete().stream()
                                        .map(broker -> "broker " + broker + " is " + standing(broker))
                                        .toList());
        return "Nobody leads " + since(earlier -> !earlier.hasLeader()) + "; " + complete + ".";
    }

    private List<Integer> complete() {
        return state.replicaIds().stream()
                .filter(broker -> state.isr().contains(broker) || state.elr().contains(broker))
                .toList();
    }

    private String missing(int replica) {
        return "Broker " + replica + " is missing from the ISR "
                + since(earlier -> !earlier.isr().contains(replica))
                + "; it is " + standing(replica)
                + (image.brokers().eligible(replica) ? " and joins when it has caught up." : ".");
    }

    private String standing(int broker) {
        return image.brokers()
                .broker(broker)
                .map(known -> known.fenced() ? "fenced" : known.shuttingDown() ? "stopping" : "in service")
                .orElse("not registered");
    }

    /** Since when the present state has something, and why. */
    private String since(Predicate<PartitionState> has) {
        int first = entries.size() - 1;
        while (first > 0 && has.test(entries.get(first - 1).state())) {
            first--;
        }
        Entry entry = entries.get(first);
        boolean certain = first > 0 || entry.creates();
        String when = "since revision " + entry.revision()
                + (entry.atMs() == 0 ? "" : " (" + Instant.ofEpochMilli(entry.atMs()) + ")");
        return certain
                ? when + ", because " + entry.cause()
                : when + " or before, which is as far back as this controller remembers";
    }
}
