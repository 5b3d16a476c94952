package io.flotilla.broker.group;

import io.flotilla.broker.group.Decision.Given;
import io.flotilla.broker.group.Decision.Refused;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** One coordinator's partition, its log and its time, for tests that tell a story. Everything commits at once. */
final class Story {
    static final String GROUP = "readers";

    final ClusterTopics topics = new ClusterTopics();
    final List<GroupRecord> log = new ArrayList<>();
    /** What every connection was told last. */
    final Map<Long, Assignment> told = new TreeMap<>();

    final Map<Long, FlotillaError> ended = new TreeMap<>();
    private final GroupSettings settings;
    private GroupCore core;
    private long nowMs = 1_000_000;
    private long connections;

    Story(GroupSettings settings) {
        this.settings = settings;
        this.core = new GroupCore(settings, assignors());
        take(core.loaded(topics.view(), now()));
    }

    /** Three partitions of orders and two of bills, and no initial delay. */
    static Story begun() {
        return new Story(withoutDelay()).with("orders", 3).with("bills", 2);
    }

    static GroupSettings withoutDelay() {
        GroupSettings some = GroupSettings.defaults();
        return new GroupSettings(
                some.sessionTimeoutMs(),
                some.sessionTimeoutMsMin(),
                some.sessionTimeoutMsMax(),
                some.heartbeatIntervalMs(),
                0,
                5,
                some.offsetMetadataBytesMax(),
                some.offsetsRetentionMs(),
                some.offsetsRetentionCheckIntervalMs());
    }

    static List<Assignor> assignors() {
        return List.of(new LeastLoaded("uniform"), new LeastLoaded("range"));
    }

    Story with(String topic, int partitions) {
        topics.create(topic, partitions);
        return topicsChanged();
    }

    Story topicsChanged() {
        take(core.topicsChanged(topics.view(), now()));
        return this;
    }

    GroupCore core() {
        return core;
    }

    Now now() {
        return new Now(TimeUnit.MILLISECONDS.toNanos(nowMs), nowMs);
    }

    /** Time passes; what becomes due meanwhile happens at its time. */
    Story after(long ms) {
        long end = nowMs + ms;
        while (core.nextDeadlineNanos() <= TimeUnit.MILLISECONDS.toNanos(end)) {
            nowMs = Math.max(nowMs, TimeUnit.NANOSECONDS.toMillis(core.nextDeadlineNanos() + 999_999));
            take(core.tick(now()));
        }
        nowMs = end;
        return this;
    }

    /** What is due now happens. */
    Story settle() {
        return after(0);
    }

    /** Another coordinator takes over, on a log of which only the last record of each key may be left. */
    Story failOver() {
        core = new GroupCore(settings, assignors());
        log.forEach(core::replay);
        take(core.loaded(topics.view(), now()));
        return this;
    }

    /** Joins anew; answers the connection. */
    long joins(String member, String... topicNames) {
        return says(hello(member, 0, topicNames));
    }

    /** Says hello on a new connection, which must be accepted. */
    long says(Hello hello) {
        Decision<Assignment> decision = take(core.hello(hello, now()));
        told.put(hello.peer().connection(), ((Given<Assignment>) decision.answer()).value());
        return hello.peer().connection();
    }

    Hello hello(String member, int epoch, String... topicNames) {
        return new Hello(
                GROUP,
                member,
                epoch,
                Optional.empty(),
                Optional.empty(),
                names(topicNames),
                "",
                0,
                0,
                List.of(),
                new Hello.Peer(++connections, "client", "host"));
    }

    static Hello asInstance(Hello hello, String instance) {
        return new Hello(
                hello.group(),
                hello.memberId(),
                hello.memberEpoch(),
                Optional.of(instance),
                hello.rack(),
                hello.subscription(),
                hello.assignor(),
                hello.sessionTimeoutMs(),
                hello.rebalanceTimeoutMs(),
                hello.owned(),
                hello.peer());
    }

    static Hello owning(Hello hello, NamedPartitions... owned) {
        return new Hello(
                hello.group(),
                hello.memberId(),
                hello.memberEpoch(),
                hello.instanceId(),
                hello.rack(),
                hello.subscription(),
                hello.assignor(),
                hello.sessionTimeoutMs(),
                hello.rebalanceTimeoutMs(),
                List.of(owned),
                hello.peer());
    }

    static Subscription names(String... topicNames) {
        return new Subscription(new TreeSet<>(List.of(topicNames)), Optional.empty());
    }

    static Subscription matching(String regex) {
        return new Subscription(new TreeSet<>(), Optional.of(regex));
    }

    static NamedPartitions partitions(String topic, Integer... numbers) {
        return new NamedPartitions(new NamedTopic(topic, Optional.empty()), List.of(numbers));
    }

    /** Reports that it holds what it was told to hold. */
    Story reports(String member, long connection) {
        return reports(
                member,
                connection,
                told.get(connection).topics().stream()
                        .map(topic ->
                                partitions(topic.topic(), topic.partitions().toArray(Integer[]::new)))
                        .toArray(NamedPartitions[]::new));
    }

    Story reports(String member, long connection, NamedPartitions... owned) {
        take(core.heartbeat(
                new Heartbeat(
                        new StreamOfMember(GROUP, member, connection), Optional.of(List.of(owned)), Optional.empty()),
                now()));
        return this;
    }

    Story beats(String member, long connection) {
        take(core.heartbeat(
                new Heartbeat(new StreamOfMember(GROUP, member, connection), Optional.empty(), Optional.empty()),
                now()));
        return this;
    }

    Story wants(String member, long connection, Subscription subscription) {
        take(core.heartbeat(
                new Heartbeat(
                        new StreamOfMember(GROUP, member, connection), Optional.empty(), Optional.of(subscription)),
                now()));
        return this;
    }

    Story breaks(String member, long connection) {
        core.disconnected(new StreamOfMember(GROUP, member, connection), now());
        return this;
    }

    Story leaves(String member, long connection, boolean givesUpPlace) {
        take(core.leave(new StreamOfMember(GROUP, member, connection), givesUpPlace, now()));
        return this;
    }

    /** What a connection was told last, as "orders[0, 1] bills[0]". */
    String holds(long connection) {
        List<String> texts = new ArrayList<>();
        told.get(connection).topics().stream()
                .sorted((one, other) -> other.topic().compareTo(one.topic()))
                .forEach(topic -> texts.add(topic.topic() + topic.partitions()));
        return String.join(" ", texts);
    }

    int epoch(long connection) {
        return told.get(connection).memberEpoch();
    }

    GroupDescription described() {
        return ((Given<GroupDescription>) core.describe(GROUP).answer()).value();
    }

    GroupState state() {
        return described().state();
    }

    Decision<List<OffsetResult>> commits(String member, int epoch, OffsetCommit.Entry... entries) {
        return take(core.commit(new OffsetCommit(GROUP, member, epoch, List.of(entries)), now()));
    }

    static OffsetCommit.Entry offset(String topic, int partition, long offset) {
        return new OffsetCommit.Entry(
                new NamedTopic(topic, Optional.empty()), partition, OptionalLong.of(offset), OptionalInt.of(4), "mark");
    }

    /** The committed offset of a partition, or -1. */
    long committed(String topic, int partition) {
        Decision<List<FetchedOffset>> decision = core.fetchOffsets(GROUP, List.of(partitions(topic, partition)));
        return ((Given<List<FetchedOffset>>) decision.answer())
                .value().stream().mapToLong(FetchedOffset::offset).findFirst().orElse(-1);
    }

    static FlotillaError refusal(Decision<?> decision) {
        return ((Refused<?>) decision.answer()).error();
    }

    /** The whole state that survives, for comparison. */
    static List<String> state(Collection<GroupRecord> records) {
        return records.stream()
                .map(record -> GroupRecords.decode(record).orElseThrow().toString())
                .toList();
    }

    <R> Decision<R> take(Decision<R> decision) {
        log.addAll(decision.records());
        for (Push push : decision.pushes()) {
            if (push instanceof Push.Assigned assigned) {
                told.put(push.connection(), assigned.assignment());
            } else if (push instanceof Push.Ended end) {
                ended.put(push.connection(), end.error());
            }
        }
        return decision;
    }
}
