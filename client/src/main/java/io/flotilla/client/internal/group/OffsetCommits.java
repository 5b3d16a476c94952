package io.flotilla.client.internal.group;

import io.flotilla.client.internal.group.GroupTransport.Author;
import io.flotilla.client.internal.group.GroupTransport.Committed;
import io.flotilla.client.internal.group.GroupTransport.Refusals;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Commits one after the other, so that a repeated attempt never takes back what a later commit said. Owned by the
 * client's loop.
 */
public final class OffsetCommits {
    /** The life of a commit that no member makes. */
    public static final int NO_LIFE = -1;

    private final GroupSettings settings;
    private final GroupTransport transport;
    private final CoordinatorSearch search;
    private final Membership membership;
    private final RandomGenerator random;
    private final Deque<Commit> queue = new ArrayDeque<>();

    /** Hears how a commit ended: what was not committed, and why. */
    public interface Listener {
        void ended(Map<GroupPartition, FlotillaError> failures);
    }

    /** What a commit needs to know. */
    record Ports(GroupTransport transport, CoordinatorSearch search, Membership membership, RandomGenerator random) {}

    OffsetCommits(GroupSettings settings, Ports ports) {
        this.settings = settings;
        this.transport = ports.transport();
        this.search = ports.search();
        this.membership = ports.membership();
        this.random = ports.random();
    }

    /** One commit until every partition of it is settled. */
    private final class Commit extends CoordinatorCall implements GroupTransport.AnswerListener<Refusals> {
        private final int life;
        private final Map<GroupPartition, Committed> open;
        private final Map<GroupPartition, FlotillaError> failures = new TreeMap<>();
        private final Listener listener;

        Commit(int life, Map<GroupPartition, Committed> offsets, long timeoutMs, Listener listener) {
            super(search, new Backoff(settings.pauses(), random), timeoutMs);
            this.life = life;
            this.open = new TreeMap<>(offsets);
            this.listener = listener;
        }

        @Override
        void ask(Endpoint coordinator, long timeoutMs) {
            Author author = Author.OUTSIDE;
            if (life != NO_LIFE) {
                OptionalInt epoch = membership.epochIn(life);
                if (epoch.isEmpty()) {
                    end(FlotillaError.notApplied(
                            ErrorCode.UNKNOWN_MEMBER_ID,
                            "the member has lost its partitions meanwhile, and others may read them"));
                    return;
                }
                author = new Author(membership.memberId(), epoch.getAsInt());
            }
            transport.commit(
                    new GroupTransport.Call(coordinator, settings.group(), timeoutMs), author, Map.copyOf(open), this);
        }

        @Override
        public void answered(Refusals answer) {
            FlotillaError passing = null;
            for (GroupPartition partition : new TreeMap<>(open).keySet()) {
                FlotillaError error = answer.errors().get(partition);
                if (error != null && mayPass(error)) {
                    passing = error;
                    continue;
                }
                open.remove(partition);
                if (error != null) {
                    failures.put(partition, error);
                }
            }
            if (passing == null) {
                finish();
            } else {
                again(passing);
            }
        }

        @Override
        public void failed(FlotillaError error) {
            if (mayPass(error)) {
                again(error);
            } else {
                end(error);
            }
        }

        /** A stale epoch passes once the newer one is known, which may be on its way. */
        private boolean mayPass(FlotillaError error) {
            return switch (error.code()) {
                case STALE_MEMBER_EPOCH -> life != NO_LIFE;
                case UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID -> false;
                case UNKNOWN_SERVER_ERROR -> true;
                default -> error.code().retriable();
            };
        }

        @Override
        void end(FlotillaError error) {
            open.keySet().forEach(partition -> failures.put(partition, error));
            open.clear();
            finish();
        }

        private void finish() {
            if (queue.remove(this)) {
                listener.ended(failures);
            }
        }
    }

    /**
     * Commits; the listener is called once, on the loop.
     *
     * @param life whose member's commit it is, {@link #NO_LIFE} for nobody's
     */
    public void commit(int life, Map<GroupPartition, Committed> offsets, long timeoutMs, Listener listener) {
        queue.add(new Commit(life, offsets, timeoutMs, listener));
    }

    long advance(long now) {
        long wait = CoordinatorCall.NEVER;
        Commit before = null;
        Commit head = queue.peek();
        while (head != null && head != before) {
            before = head;
            wait = head.advance(now);
            head = queue.peek();
        }
        return wait;
    }
}
