package io.flotilla.client.internal.group;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;

/** Remembers what the core asks of coordinators, and answers as the test says. */
final class SimCoordinators implements GroupTransport {
    static final Endpoint ONE = new Endpoint("one", 1);
    static final Endpoint TWO = new Endpoint("two", 2);
    static final FlotillaError GONE = FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "gone");

    private static final TopicId SONGS = new TopicId(new UUID(0, 1));

    final List<Find> finds = new ArrayList<>();
    final List<Stream> streams = new ArrayList<>();
    final List<Commit> commits = new ArrayList<>();
    final List<Fetch> fetches = new ArrayList<>();

    /** A question for the coordinator. */
    record Find(Endpoint asked, AnswerListener<Endpoint> listener) {}

    /** A commit. */
    record Commit(
            Call call, Author author, Map<GroupPartition, Committed> offsets, AnswerListener<Refusals> listener) {}

    /** A question for offsets. */
    record Fetch(Call call, Collection<GroupPartition> partitions, AnswerListener<Offsets> listener) {}

    /** A member's stream. */
    static final class Stream implements JoinStream {
        final Endpoint coordinator;
        final Hello hello;
        final JoinListener listener;
        final List<Heartbeat> heartbeats = new ArrayList<>();
        boolean left;
        boolean closed;

        Stream(Endpoint coordinator, Hello hello, JoinListener listener) {
            this.coordinator = coordinator;
            this.hello = hello;
            this.listener = listener;
        }

        @Override
        public void heartbeat(Heartbeat heartbeat) {
            heartbeats.add(heartbeat);
        }

        @Override
        public void leave() {
            left = true;
        }

        @Override
        public void close() {
            closed = true;
        }

        /** Wants the member to hold partitions, with heartbeats each second and a session of ten. */
        void assign(int memberEpoch, int... numbers) {
            listener.assigned(new Assignment(memberEpoch, partitions(numbers), 1_000, 10_000));
        }

        Heartbeat lastHeartbeat() {
            return heartbeats.get(heartbeats.size() - 1);
        }
    }

    static TreeSet<GroupPartition> partitions(int... numbers) {
        TreeSet<GroupPartition> partitions = new TreeSet<>();
        IntStream.of(numbers)
                .forEach(number ->
                        partitions.add(new GroupPartition(new PartitionName("songs", number), Optional.of(SONGS))));
        return partitions;
    }

    static FlotillaError refusal(ErrorCode code) {
        return FlotillaError.notApplied(code, "refused");
    }

    @Override
    public void findCoordinator(Endpoint broker, String group, long timeoutMs, AnswerListener<Endpoint> listener) {
        finds.add(new Find(broker, listener));
    }

    @Override
    public JoinStream join(Endpoint coordinator, Hello hello, JoinListener listener) {
        Stream stream = new Stream(coordinator, hello, listener);
        streams.add(stream);
        return stream;
    }

    @Override
    public void commit(
            Call call, Author author, Map<GroupPartition, Committed> offsets, AnswerListener<Refusals> listener) {
        commits.add(new Commit(call, author, offsets, listener));
    }

    @Override
    public void fetchOffsets(Call call, Collection<GroupPartition> partitions, AnswerListener<Offsets> listener) {
        fetches.add(new Fetch(call, partitions, listener));
    }

    Find lastFind() {
        return finds.get(finds.size() - 1);
    }

    Stream lastStream() {
        return streams.get(streams.size() - 1);
    }

    Commit lastCommit() {
        return commits.get(commits.size() - 1);
    }
}
