package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.CommitFailedException;
import io.flotilla.client.CommittedOffset;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.OffsetAndMetadata;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.SubscriptionPattern;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.CommitOffsetsRequest;
import io.flotilla.proto.v1.CommitOffsetsResponse;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.GroupsServiceGrpc.GroupsServiceBlockingStub;
import io.flotilla.proto.v1.OffsetToCommit;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a group cannot mean is refused by its name, and neither offsets nor records are lost over it. */
@Tag("process")
class BadGroupInputTest {
    private static final String TOPIC = "inputs";
    private static final int RECORDS = 10;
    private static final int METADATA_BYTES_MAX = 4_096;
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    private static ManagedChannel channel;

    @BeforeAll
    static void sendTenRecords() {
        CLUSTER.createTopic(TOPIC, 1, 1);
        try (Producer producer = new Producer(CLUSTER.config(Map.of()))) {
            IntStream.range(0, RECORDS)
                    .forEach(number -> producer.send(ProducerRecord.of(TOPIC, "key", "value " + number)));
        }
        channel = ManagedChannelBuilder.forTarget(CLUSTER.client(1))
                .usePlaintext()
                .build();
    }

    @AfterAll
    static void closeChannel() {
        channel.shutdownNow();
    }

    @Test
    void aStrangerOrAnOldEpochCommitsNothing() {
        String group = "strangers";
        try (StubMember member = new StubMember(List.of(CLUSTER.client(1)), group, "known", TOPIC)) {
            Await.until("a member", SOON, () -> member.partitions().contains(0));
            member.commit(0, 4);
            int epoch = member.epoch();
            assertThat(refusal(group, "unknown", epoch)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
            assertThat(refusal("nobody-is-here", "known", epoch)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
            assertThat(refusal(group, "known", epoch - 1)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
            assertThat(refusal(group, "known", epoch + 1)).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
            assertThat(refusal("", "known", epoch)).isEqualTo(ErrorCode.INVALID_GROUP_ID);
            assertThat(member.partitions()).containsExactly(0);
            assertThat(member.errors()).isEmpty();
        }
        assertThat(committed(group)).isEqualTo(4);
    }

    @Test
    void aGroupWithMembersIsNotAPlaceForOffsetsFromOutside() {
        String group = "shared-out";
        try (PollingMember member = new PollingMember(config(group), TOPIC);
                Consumer outside = new Consumer(config(group, "enable.auto.commit", "false"))) {
            Await.until("a member", SOON, () -> member.owned().contains(PARTITION));
            outside.assign(List.of(PARTITION));
            assertThatThrownBy(() -> outside.commitSync(Map.of(PARTITION, new OffsetAndMetadata(1))))
                    .isInstanceOfSatisfying(
                            CommitFailedException.class,
                            failed -> assertThat(failed.error().code()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID));
            assertThat(member.failure()).isNull();
        }
        assertThat(committed(group)).isEqualTo(RECORDS);
    }

    @Test
    void aPlaceWhereNoRecordsAreIsLeftToTheResetPolicy() {
        for (long nowhere : new long[] {RECORDS + 1, Long.MAX_VALUE}) {
            String group = "beyond-" + nowhere;
            try (Consumer consumer = new Consumer(config(group, "auto.offset.reset", "none"))) {
                consumer.assign(List.of(PARTITION));
                consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(nowhere)));
            }
            try (Consumer none =
                    new Consumer(config(group, "auto.offset.reset", "none", "enable.auto.commit", "false"))) {
                none.subscribe(List.of(TOPIC));
                assertThat(codeOf(() -> none.poll(SOON))).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
            }
            assertThat(committed(group)).as("a refused poll moves nothing").isEqualTo(nowhere);
            try (Consumer earliest = new Consumer(config(group))) {
                earliest.subscribe(List.of(TOPIC));
                assertThat(read(earliest).get(0).offset()).isZero();
            }
            assertThat(committed(group)).isEqualTo(RECORDS);
        }
    }

    @Test
    void aPlaceBeforeTheFirstRecordIsLeftToTheResetPolicy() {
        TopicPartition shortened = new TopicPartition("shortened", 0);
        CLUSTER.createTopic(shortened.topic(), 1, 1);
        try (Producer producer = new Producer(CLUSTER.config(Map.of()))) {
            IntStream.range(0, RECORDS)
                    .forEach(number -> producer.send(ProducerRecord.of(shortened.topic(), "key", "value " + number)));
        }
        assertThat(CLUSTER.admin().deleteRecords(Map.of(shortened, 6L)).get(0).error())
                .isEmpty();
        try (Consumer consumer =
                new Consumer(config("late", "auto.offset.reset", "none", "enable.auto.commit", "false"))) {
            consumer.assign(List.of(shortened));
            consumer.commitSync(Map.of(shortened, new OffsetAndMetadata(2)));
            assertThat(codeOf(() -> consumer.poll(SOON))).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
            consumer.seekToBeginning(List.of(shortened));
            assertThat(read(consumer).get(0).offset()).isEqualTo(6);
        }
    }

    @Test
    void aNegativeOffsetIsRefused() {
        assertThatThrownBy(() -> new OffsetAndMetadata(-1)).isInstanceOf(IllegalArgumentException.class);
        CommitOffsetsRequest request = commit("negative", "", 0, -1);
        assertThat(refusal(request)).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(codeOf(() -> offsets("negative"))).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void metadataHasABound() {
        String most = "m".repeat(METADATA_BYTES_MAX);
        try (Consumer consumer = new Consumer(config("notes"))) {
            consumer.assign(List.of(PARTITION));
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(3, most)));
            for (String more : List.of(most + "m", "m".repeat(1 << 20))) {
                assertThat(codeOf(() -> consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(5, more)))))
                        .isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE);
            }
        }
        assertThat(offsets("notes").get(PARTITION)).satisfies(kept -> {
            assertThat(kept.offset()).isEqualTo(3);
            assertThat(kept.metadata()).isEqualTo(most);
        });
    }

    @Test
    void anExpressionThatCannotBeIsRefusedAndTheNextOneIsNot() {
        try (Consumer consumer = new Consumer(config("patterns"))) {
            for (String invalid : List.of("inp(uts", "inp[", "(?=inputs)inputs", "x".repeat(1_025))) {
                consumer.subscribe(new SubscriptionPattern(invalid));
                assertThat(codeOf(() -> consumer.poll(SOON)))
                        .as(invalid)
                        .isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
            }
            consumer.subscribe(new SubscriptionPattern("inp.*"));
            assertThat(read(consumer)).hasSize(RECORDS);
        }
    }

    @Test
    void whoStopsPollingIsReplacedAndCommitsNothing() {
        String group = "stopped";
        try (Consumer stopped =
                new Consumer(config(group, "max.poll.interval.ms", "1000", "enable.auto.commit", "false"))) {
            stopped.subscribe(List.of(TOPIC));
            assertThat(read(stopped)).hasSize(RECORDS);
            stopped.commitSync(Map.of(PARTITION, new OffsetAndMetadata(6)));
            try (PollingMember other = new PollingMember(config(group), TOPIC)) {
                Await.until("the other has it", SOON, () -> other.owned().contains(PARTITION));
                assertThatThrownBy(() -> stopped.commitSync(Map.of(PARTITION, new OffsetAndMetadata(2))))
                        .isInstanceOf(CommitFailedException.class);
                Await.until("the rest", SOON, () -> other.read().containsKey(PARTITION));
                Await.until("the rest", SOON, () -> other.read().get(PARTITION).size() == RECORDS - 6);
                assertThat(other.read().get(PARTITION)).containsExactly(6L, 7L, 8L, 9L);
            }
        }
        assertThat(committed(group)).isEqualTo(RECORDS);
    }

    private static Map<String, String> config(String group, String... settings) {
        Map<String, String> config =
                new HashMap<>(CLUSTER.config(Map.of("group.id", group, "auto.offset.reset", "earliest")));
        for (int i = 0; i < settings.length; i += 2) {
            config.put(settings[i], settings[i + 1]);
        }
        return config;
    }

    /** What comes until the end of the topic. */
    private static List<ConsumerRecord> read(Consumer consumer) {
        List<ConsumerRecord> records = new ArrayList<>();
        Await.until("the last record", SOON, () -> {
            records.addAll(consumer.poll(POLL));
            return !records.isEmpty() && records.get(records.size() - 1).offset() == RECORDS - 1;
        });
        return records;
    }

    private static ErrorCode codeOf(ThrowingCallable call) {
        FlotillaException[] refused = new FlotillaException[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(FlotillaException.class, thrown -> refused[0] = thrown);
        return refused[0].error().code();
    }

    private static Map<TopicPartition, CommittedOffset> offsets(String group) {
        return CLUSTER.admin().groups().listConsumerGroupOffsets(group);
    }

    private static long committed(String group) {
        return offsets(group).get(PARTITION).offset();
    }

    private static ErrorCode refusal(String group, String member, int epoch) {
        return refusal(commit(group, member, epoch, RECORDS));
    }

    private static CommitOffsetsRequest commit(String group, String member, int epoch, long offset) {
        return CommitOffsetsRequest.newBuilder()
                .setGroup(group)
                .setMemberId(member)
                .setMemberEpoch(epoch)
                .addOffsets(OffsetToCommit.newBuilder()
                        .setTopic(TopicRef.newBuilder().setName(TOPIC))
                        .setPartition(0)
                        .setOffset(offset))
                .build();
    }

    /** Why a commit was refused: as a whole, or its only offset. */
    private static ErrorCode refusal(CommitOffsetsRequest request) {
        GroupsServiceBlockingStub stub =
                GroupsServiceGrpc.newBlockingStub(channel).withDeadlineAfter(SOON.toSeconds(), TimeUnit.SECONDS);
        try {
            CommitOffsetsResponse response = stub.commitOffsets(request);
            return ErrorCode.valueOf(response.getResults(0).getError().getReason());
        } catch (StatusRuntimeException e) {
            return StatusErrors.ofFailure(e).code();
        }
    }
}
