package io.flotilla.process;

import io.flotilla.proto.v1.AssignedTopic;
import io.flotilla.proto.v1.CommitOffsetsRequest;
import io.flotilla.proto.v1.CommitOffsetsResponse;
import io.flotilla.proto.v1.FindCoordinatorsRequest;
import io.flotilla.proto.v1.GroupAssignment;
import io.flotilla.proto.v1.GroupCoordinator;
import io.flotilla.proto.v1.GroupPartitions;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.GroupsServiceGrpc.GroupsServiceBlockingStub;
import io.flotilla.proto.v1.JoinHeartbeat;
import io.flotilla.proto.v1.JoinHello;
import io.flotilla.proto.v1.JoinRequest;
import io.flotilla.proto.v1.JoinResponse;
import io.flotilla.proto.v1.OffsetToCommit;
import io.flotilla.proto.v1.OwnedPartitions;
import io.flotilla.proto.v1.Subscription;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group as any language has it: generated stubs and nothing of ours. Finds its coordinator, keeps its
 * stream, comes back with its epoch when that breaks, and gives up before it takes. Owned and closed by one test.
 */
final class StubMember implements AutoCloseable {
    private static final int CALL_SECONDS = 2;
    private static final long RETRY_MS = 50;
    private static final long HEARTBEAT_MS = 500;

    private final List<String> brokers;
    private final String group;
    private final String id;
    private final String topic;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    /** What the coordinator said last; the loop writes. */
    private volatile int epoch;

    private volatile SortedSet<Integer> partitions = new TreeSet<>();
    private volatile boolean away;
    private @Nullable ClientCallStreamObserver<JoinRequest> stream;
    private int asked;

    /** @param brokers client endpoints, of which some may be down */
    StubMember(List<String> brokers, String group, String id, String topic) {
        this.brokers = List.copyOf(brokers);
        this.group = group;
        this.id = id;
        this.topic = topic;
        loop.execute(this::connect);
        var unused = loop.scheduleWithFixedDelay(this::heartbeat, HEARTBEAT_MS, HEARTBEAT_MS, TimeUnit.MILLISECONDS);
    }

    String id() {
        return id;
    }

    int epoch() {
        return epoch;
    }

    SortedSet<Integer> partitions() {
        return partitions;
    }

    /** Reasons of streams that ended, in their order. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** Its process dies: the stream breaks, and nobody comes back. */
    void dies() {
        away = true;
        loop.execute(() -> {
            if (stream != null) {
                stream.cancel("dies", null);
            }
        });
    }

    /** Commits an offset as this member; tries again until somebody has it or says that it never will. */
    void commit(int partition, long offset) {
        CommitOffsetsRequest request = CommitOffsetsRequest.newBuilder()
                .setGroup(group)
                .setMemberId(id)
                .setMemberEpoch(epoch)
                .addOffsets(OffsetToCommit.newBuilder()
                        .setTopic(TopicRef.newBuilder().setName(topic))
                        .setPartition(partition)
                        .setOffset(offset))
                .build();
        Await.until(id + " commits " + offset + " of partition " + partition, Duration.ofSeconds(30), () -> {
            try {
                Optional<GroupsServiceBlockingStub> coordinator = coordinator();
                if (coordinator.isEmpty()) {
                    return false;
                }
                CommitOffsetsResponse response = coordinator.get().commitOffsets(request);
                return response.getResultsList().stream().noneMatch(result -> result.hasError());
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
    }

    /** The coordinator of a group as some broker that is up knows it. */
    private Optional<GroupsServiceBlockingStub> coordinator() {
        return coordinatorEndpoint().map(this::stub);
    }

    private synchronized Optional<String> coordinatorEndpoint() {
        String broker = brokers.get(asked++ % brokers.size());
        try {
            GroupCoordinator found = stub(broker)
                    .findCoordinators(FindCoordinatorsRequest.newBuilder()
                            .addGroups(group)
                            .build())
                    .getCoordinators(0);
            return found.hasError() ? Optional.empty() : Optional.of(found.getEndpoint());
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    private GroupsServiceBlockingStub stub(String endpoint) {
        return GroupsServiceGrpc.newBlockingStub(channel(endpoint)).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private ManagedChannel channel(String endpoint) {
        return channels.computeIfAbsent(
                endpoint,
                to -> ManagedChannelBuilder.forTarget(to).usePlaintext().build());
    }

    // ---- the stream; on the loop ---------------------------------------------------------------------------------

    private void connect() {
        if (away) {
            return;
        }
        Optional<String> coordinator = coordinatorEndpoint();
        if (coordinator.isEmpty()) {
            var unused = loop.schedule(this::connect, RETRY_MS, TimeUnit.MILLISECONDS);
            return;
        }
        var requests = GroupsServiceGrpc.newStub(channel(coordinator.get())).join(new Answers());
        requests.onNext(JoinRequest.newBuilder()
                .setHello(JoinHello.newBuilder()
                        .setGroup(group)
                        .setMemberId(id)
                        .setMemberEpoch(epoch)
                        .setSubscription(Subscription.newBuilder().addTopics(topic))
                        .addAllOwned(owned()))
                .build());
    }

    private List<GroupPartitions> owned() {
        return partitions.isEmpty()
                ? List.of()
                : List.of(GroupPartitions.newBuilder()
                        .setTopic(TopicRef.newBuilder().setName(topic))
                        .addAllPartitions(partitions)
                        .build());
    }

    private void heartbeat() {
        if (stream != null && !away) {
            stream.onNext(JoinRequest.newBuilder()
                    .setHeartbeat(JoinHeartbeat.getDefaultInstance())
                    .build());
        }
    }

    private void take(GroupAssignment assignment) {
        List<Integer> given = new ArrayList<>();
        for (AssignedTopic each : assignment.getTopicsList()) {
            given.addAll(each.getPartitionsList());
        }
        partitions = new TreeSet<>(given);
        epoch = assignment.getMemberEpoch();
        if (stream != null) {
            stream.onNext(JoinRequest.newBuilder()
                    .setHeartbeat(JoinHeartbeat.newBuilder()
                            .setOwned(OwnedPartitions.newBuilder().addAllPartitions(owned())))
                    .build());
        }
    }

    private void onEnd(ClientCallStreamObserver<JoinRequest> ended, String reason) {
        if (stream == ended) {
            stream = null;
            errors.add(reason);
            var unused = loop.schedule(this::connect, RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Brings what one stream says to the loop. */
    private final class Answers implements ClientResponseObserver<JoinRequest, JoinResponse> {
        private @Nullable ClientCallStreamObserver<JoinRequest> mine;

        @Override
        public void beforeStart(ClientCallStreamObserver<JoinRequest> requests) {
            mine = requests;
            stream = requests;
        }

        @Override
        public void onNext(JoinResponse answer) {
            run(() -> {
                if (answer.hasAssignment()) {
                    take(answer.getAssignment());
                } else if (answer.hasError()) {
                    errors.add(answer.getError().getReason());
                    if (answer.getError().getReason().endsWith("MEMBER_EPOCH")
                            || answer.getError().getReason().equals("UNKNOWN_MEMBER_ID")) {
                        epoch = 0;
                        partitions = new TreeSet<>();
                    }
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            run(() -> end(String.valueOf(failure.getMessage())));
        }

        @Override
        public void onCompleted() {
            run(() -> end("completed"));
        }

        private void end(String reason) {
            if (mine != null) {
                onEnd(mine, reason);
            }
        }

        private void run(Runnable task) {
            if (!loop.isShutdown()) {
                loop.execute(task);
            }
        }
    }

    @Override
    public void close() {
        dies();
        loop.shutdown();
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    @Override
    public String toString() {
        return id + " in epoch " + epoch + " with " + partitions + " after " + errors;
    }
}
