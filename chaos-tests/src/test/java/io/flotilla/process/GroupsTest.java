package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.NewPartitions;
import io.flotilla.client.NewTopic;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import io.flotilla.proto.v1.CommittedOffset;
import io.flotilla.proto.v1.FetchOffsetsRequest;
import io.flotilla.proto.v1.FindCoordinatorsRequest;
import io.flotilla.proto.v1.GroupCoordinator;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.GroupsServiceGrpc.GroupsServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Members with stock stubs share a topic; members and coordinators die. */
@Tag("process")
class GroupsTest {
    private static final int PARTITIONS = 6;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Clock CLOCK = new SystemClock();

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3, Map.of("offsets.topic.num.partitions", "3"));

    private final List<StubMember> members = new ArrayList<>();
    private final Map<Integer, ManagedChannel> channels = new TreeMap<>();

    @AfterEach
    void closeClients() {
        members.forEach(StubMember::close);
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    @Test
    void membersShareATopicAndADeadOneIsReplaced() {
        CLUSTER.createTopic("shared", PARTITIONS, 3);
        join("workers", "shared");
        awaitShared(members);
        members.forEach(member -> assertThat(member.partitions()).hasSize(2));
        members.forEach(member -> member.partitions().forEach(each -> member.commit(each, 100 + each)));
        assertThat(committed("workers"))
                .hasSize(PARTITIONS)
                .allSatisfy((partition, offset) -> assertThat(offset).isEqualTo(100L + partition));

        StubMember dead = members.get(2);
        long diedAtNanos = CLOCK.nanos();
        dead.dies();
        awaitShared(members.subList(0, 2));
        long tookMs = TimeUnit.NANOSECONDS.toMillis(CLOCK.nanos() - diedAtNanos);
        System.out.println("a member whose stream broke was replaced in " + tookMs + " ms");
        assertThat(committed("workers")).hasSize(PARTITIONS);
    }

    @Test
    void membersOutliveTheirCoordinator() {
        CLUSTER.createTopic("outlived", PARTITIONS, 3);
        join("outliving", "outlived");
        awaitShared(members);
        members.forEach(member -> member.partitions().forEach(each -> member.commit(each, 7)));
        Map<String, Integer> epochs = new TreeMap<>();
        Map<String, Object> held = new TreeMap<>();
        members.forEach(member -> {
            epochs.put(member.id(), member.epoch());
            held.put(member.id(), member.partitions());
        });

        int coordinator = coordinator("outliving").getBrokerId();
        CLUSTER.node(coordinator).kill();
        long killedAtNanos = CLOCK.nanos();
        StubMember first = members.get(0);
        first.commit(first.partitions().first(), 8);
        System.out.println("a commit was taken "
                + TimeUnit.NANOSECONDS.toMillis(CLOCK.nanos() - killedAtNanos)
                + " ms after the coordinator was killed");
        Await.until(
                "every member is back at another coordinator: " + members,
                SOON,
                () -> members.stream().allMatch(member -> !member.errors().isEmpty())
                        && coordinator("outliving").getBrokerId() != coordinator);

        members.forEach(member -> member.partitions().forEach(each -> member.commit(each, 9)));
        assertThat(committed("outliving"))
                .hasSize(PARTITIONS)
                .allSatisfy((partition, offset) -> assertThat(offset).isEqualTo(9L));
        for (StubMember member : members) {
            assertThat(member.epoch()).as(member.toString()).isEqualTo(epochs.get(member.id()));
            assertThat(member.partitions()).as(member.toString()).isEqualTo(held.get(member.id()));
        }
        CLUSTER.node(coordinator).start();
        CLUSTER.awaitFullIsr();
        assertThat(committed("outliving")).hasSize(PARTITIONS);
    }

    @Test
    void theTopicOfGroupsIsNotForClients() {
        coordinator("anybody");
        String topic = "__consumer_offsets";
        Await.until(
                "the topic is there", SOON, () -> CLUSTER.admin().listTopics().contains(topic));

        try (StubClient client = new StubClient(CLUSTER.client(1))) {
            assertThat(client.produce(StubClient.request(topic, StubClient.batch(List.of("forged"))))
                            .getError()
                            .getReason())
                    .isEqualTo("INVALID_TOPIC_EXCEPTION");
        }
        assertThat(CLUSTER.admin()
                        .deleteTopics(List.of(topic))
                        .get(0)
                        .error()
                        .orElseThrow()
                        .code())
                .isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(CLUSTER.admin()
                        .createPartitions(List.of(new NewPartitions(topic, 7, Map.of())))
                        .get(0)
                        .error()
                        .orElseThrow()
                        .code())
                .isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThatThrownBy(() -> CLUSTER.admin().createTopics(List.of(new NewTopic(topic, 1, 1))))
                .isInstanceOfSatisfying(
                        FlotillaException.class,
                        refused -> assertThat(refused.error().code()).isEqualTo(ErrorCode.POLICY_VIOLATION));
        assertThat(CLUSTER.partition(topic, 0).replicas()).hasSize(3);
    }

    private void join(String group, String topic) {
        List<String> brokers =
                IntStream.rangeClosed(1, 3).mapToObj(CLUSTER::client).toList();
        for (int number = 1; number <= 3; number++) {
            members.add(new StubMember(brokers, group, "member-" + number, topic));
        }
    }

    /** Waits until these members hold every partition once. */
    private static void awaitShared(List<StubMember> sharers) {
        Await.until("all partitions are shared out among " + sharers, SOON, () -> {
            List<Integer> held = sharers.stream()
                    .flatMap(member -> member.partitions().stream())
                    .sorted()
                    .toList();
            return held.equals(IntStream.range(0, PARTITIONS).boxed().toList());
        });
    }

    private Map<Integer, Long> committed(String group) {
        Map<Integer, Long> offsets = new TreeMap<>();
        Await.until("the offsets of " + group + " are told", SOON, () -> {
            try {
                int id = coordinator(group).getBrokerId();
                offsets.clear();
                for (CommittedOffset offset : stub(id).fetchOffsets(
                                FetchOffsetsRequest.newBuilder().setGroup(group).build())
                        .getOffsetsList()) {
                    offsets.put(offset.getPartition(), offset.getOffset());
                }
                return true;
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
        return offsets;
    }

    /** The coordinator of a group as some node that runs knows it; without one, broker -1. */
    private GroupCoordinator coordinator(String group) {
        for (int id = 1; id <= 3; id++) {
            if (CLUSTER.node(id).isRunning()) {
                try {
                    return stub(id).findCoordinators(FindCoordinatorsRequest.newBuilder()
                                    .addGroups(group)
                                    .build())
                            .getCoordinators(0);
                } catch (StatusRuntimeException e) {
                    // another one may answer
                }
            }
        }
        return GroupCoordinator.newBuilder().setBrokerId(-1).build();
    }

    private GroupsServiceBlockingStub stub(int id) {
        ManagedChannel channel = channels.computeIfAbsent(
                id,
                node -> ManagedChannelBuilder.forTarget(CLUSTER.client(node))
                        .usePlaintext()
                        .build());
        return GroupsServiceGrpc.newBlockingStub(channel).withDeadlineAfter(5, TimeUnit.SECONDS);
    }
}
