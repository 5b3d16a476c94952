package io.flotilla.process;

import io.flotilla.client.ConsumerGroupDescription;
import io.flotilla.client.GroupMemberDescription;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the coordinators of a group say of it, one after the other: no partition is with two members, and no epoch goes
 * back. For one thread.
 */
final class CoordinatorView {
    private static final Duration BETWEEN = Duration.ofMillis(250);
    private static final Clock CLOCK = new SystemClock();

    private final TestCluster cluster;
    private final String group;
    private final Map<String, Integer> epochs = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int epoch;
    private int answers;
    private long lookedAtNanos;

    CoordinatorView(TestCluster cluster, String group) {
        this.cluster = cluster;
        this.group = group;
    }

    /** Asks, unless that was done just now. */
    void look() {
        if (answers > 0 && CLOCK.nanos() - lookedAtNanos < BETWEEN.toNanos()) {
            return;
        }
        lookedAtNanos = CLOCK.nanos();
        try {
            ConsumerGroupDescription said = cluster.admin()
                    .groups()
                    .describeConsumerGroups(List.of(group))
                    .get(0);
            if (said.error().isEmpty()) {
                answers++;
                judge(said);
            }
        } catch (FlotillaException unavailable) {
            // it will be again
        }
    }

    private void judge(ConsumerGroupDescription said) {
        if (said.epoch() < epoch) {
            violations.add("the group's epoch went from " + epoch + " back to " + said.epoch());
        }
        epoch = Math.max(epoch, said.epoch());
        Map<TopicPartition, String> holders = new HashMap<>();
        for (GroupMemberDescription member : said.members()) {
            for (TopicPartition partition : member.assigned()) {
                String other = holders.put(partition, member.memberId());
                if (other != null) {
                    violations.add(partition + " is with " + other + " and " + member.memberId() + " in " + said);
                }
            }
            int before = epochs.getOrDefault(member.memberId(), 0);
            if (member.epoch() < before || member.epoch() > said.epoch()) {
                violations.add("a member's epoch was " + before + " before " + said);
            }
            epochs.put(member.memberId(), member.epoch());
        }
    }

    /** How often there was an answer. */
    int answers() {
        return answers;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }
}
