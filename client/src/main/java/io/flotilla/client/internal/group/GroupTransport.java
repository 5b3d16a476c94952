package io.flotilla.client.internal.group;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;

/** How the group's core reaches brokers. Called by the client's loop; listeners are called on that loop. */
public interface GroupTransport {
    /** Asks any broker who coordinates a group; exactly one of the listener's methods is called. */
    void findCoordinator(Endpoint broker, String group, long timeoutMs, AnswerListener<Endpoint> listener);

    /** Opens a member's stream with its hello; failures, the first connection included, reach the listener. */
    JoinStream join(Endpoint coordinator, Hello hello, JoinListener listener);

    /** Commits; the answer holds what was not committed. Exactly one of the listener's methods is called. */
    void commit(Call call, Author author, Map<GroupPartition, Committed> offsets, AnswerListener<Refusals> listener);

    /** Fetches committed offsets; where nothing was committed the answer holds nothing. */
    void fetchOffsets(Call call, Collection<GroupPartition> partitions, AnswerListener<Offsets> listener);

    /** Where a question goes, about which group, and how long its answer is waited for. */
    record Call(Endpoint coordinator, String group, long timeoutMs) {}

    /**
     * Who commits.
     *
     * @param memberId empty for somebody who is no member
     */
    record Author(String memberId, int memberEpoch) {
        public static final Author OUTSIDE = new Author("", 0);
    }

    /**
     * A committed offset.
     *
     * @param offset of the next record to read
     * @param leaderEpoch of the last record that was read
     */
    record Committed(long offset, OptionalInt leaderEpoch, String metadata) {}

    /** What was not committed, and why. */
    record Refusals(Map<GroupPartition, FlotillaError> errors) {}

    /** Committed offsets of the partitions that have one, as they were asked for. */
    record Offsets(Map<GroupPartition, Committed> committed) {}

    /**
     * Who joins or comes back.
     *
     * @param memberEpoch 0 to join
     */
    record Hello(
            GroupSettings settings,
            String memberId,
            int memberEpoch,
            GroupSubscription subscription,
            Collection<GroupPartition> owned) {}

    /** A sign of life, with what the member holds when that changed, and what it wants when that did. */
    record Heartbeat(Optional<Collection<GroupPartition>> owned, Optional<GroupSubscription> subscription) {}

    /** What the coordinator wants a member to hold. */
    record Assignment(
            int memberEpoch,
            NavigableSet<GroupPartition> partitions,
            long heartbeatIntervalMs,
            long sessionTimeoutMs) {}

    /** A member's open stream. */
    interface JoinStream {
        void heartbeat(Heartbeat heartbeat);

        /** Says that the member goes, and that nothing more follows. */
        void leave();

        /** Ends the stream; the listener hears nothing after. */
        void close();
    }

    /** Hears what a member's stream brings. */
    interface JoinListener {
        void assigned(Assignment assignment);

        /** Answers a heartbeat. */
        void alive(int memberEpoch);

        /** The coordinator has ended the stream, and says why. */
        void refused(FlotillaError error);

        /** The stream is over without a reason of the coordinator's. */
        void broken(FlotillaError error);
    }

    /** Hears an answer or a failure; exactly one method is called. */
    interface AnswerListener<A> {
        void answered(A answer);

        void failed(FlotillaError error);
    }
}
