package io.flotilla.client.fake;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.AssignedTopic;
import io.flotilla.proto.v1.GroupAssignment;
import io.flotilla.proto.v1.GroupHeartbeat;
import io.flotilla.proto.v1.GroupPartitions;
import io.flotilla.proto.v1.JoinHeartbeat;
import io.flotilla.proto.v1.JoinHello;
import io.flotilla.proto.v1.JoinResponse;
import io.flotilla.proto.v1.OffsetToCommit;
import io.flotilla.proto.v1.Subscription;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One group of the fake cluster: spreads the partitions evenly, moves as few as that takes, and gives none to a member
 * before its former owner has given it up. Without timeouts. All access is under the cluster's lock.
 */
final class FakeGroup {
    private final FakeCluster cluster;
    private final Map<String, Member> members = new TreeMap<>();
    private final Map<Place, OffsetToCommit> committed = new TreeMap<>();
    private int epoch;

    /** A partition. */
    record Place(String topic, int partition) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTopic = topic.compareTo(other.topic);
            return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
        }
    }

    /** A member, with or without a stream. */
    private static final class Member {
        private final JoinHello hello;
        private Subscription subscription;
        private @Nullable StreamObserver<JoinResponse> stream;
        private final TreeSet<Place> owned = new TreeSet<>();
        private TreeSet<Place> target = new TreeSet<>();
        private TreeSet<Place> told = new TreeSet<>();
        private int epoch;

        Member(JoinHello hello) {
            this.hello = hello;
            this.subscription = hello.getSubscription();
        }
    }

    FakeGroup(FakeCluster cluster) {
        this.cluster = cluster;
    }

    void hello(JoinHello hello, StreamObserver<JoinResponse> stream) {
        Member known = members.get(hello.getMemberId());
        boolean taken = hello.hasInstanceId()
                && members.values().stream()
                        .anyMatch(other ->
                                other != known && other.hello.getInstanceId().equals(hello.getInstanceId()));
        if (taken) {
            end(stream, ErrorCode.UNRELEASED_INSTANCE_ID);
            return;
        }
        if (hello.getMemberEpoch() > 0) {
            if (known == null || known.epoch != hello.getMemberEpoch()) {
                end(stream, ErrorCode.FENCED_MEMBER_EPOCH);
                return;
            }
            known.stream = stream;
            own(known, hello.getOwnedList());
            tell(known);
            return;
        }
        Member fresh = new Member(hello);
        fresh.stream = stream;
        members.put(hello.getMemberId(), fresh);
        rebalance();
        tell(fresh);
    }

    void heartbeat(String memberId, JoinHeartbeat heartbeat, StreamObserver<JoinResponse> stream) {
        Member member = members.get(memberId);
        if (member == null || member.stream != stream) {
            end(stream, ErrorCode.UNKNOWN_MEMBER_ID);
            return;
        }
        stream.onNext(JoinResponse.newBuilder()
                .setHeartbeat(GroupHeartbeat.newBuilder().setMemberEpoch(member.epoch))
                .build());
        if (heartbeat.hasSubscription()) {
            member.subscription = heartbeat.getSubscription();
            rebalance();
        }
        if (heartbeat.hasOwned()) {
            own(member, heartbeat.getOwned().getPartitionsList());
            tellNews();
        }
    }

    private static void own(Member member, List<GroupPartitions> owned) {
        member.owned.clear();
        owned.forEach(topic -> topic.getPartitionsList()
                .forEach(number -> member.owned.add(new Place(topic.getTopic().getName(), number))));
    }

    void leave(String memberId) {
        if (members.remove(memberId) != null) {
            rebalance();
        }
    }

    void streamEnded(String memberId, StreamObserver<JoinResponse> stream) {
        Member member = members.get(memberId);
        if (member != null && member.stream == stream) {
            member.stream = null;
        }
    }

    void coordinatorMoved() {
        for (Member member : members.values()) {
            StreamObserver<JoinResponse> stream = member.stream;
            member.stream = null;
            if (stream != null) {
                end(stream, ErrorCode.NOT_COORDINATOR);
            }
        }
    }

    void fence() {
        List<Member> fenced = new ArrayList<>(members.values());
        members.clear();
        for (Member member : fenced) {
            if (member.stream != null) {
                end(member.stream, ErrorCode.FENCED_MEMBER_EPOCH);
            }
        }
    }

    int memberCount() {
        return members.size();
    }

    private static void end(StreamObserver<JoinResponse> stream, ErrorCode code) {
        stream.onNext(JoinResponse.newBuilder()
                .setError(Errors.toMessage(FlotillaError.notApplied(code, "the fake group says no")))
                .build());
        stream.onCompleted();
    }

    /** Sets targets anew, each member keeping what it can. */
    void rebalance() {
        epoch++;
        TreeSet<Place> free = new TreeSet<>();
        cluster.topics.values().forEach(topic -> {
            for (int number = 0; number < topic.partitions().size(); number++) {
                if (members.values().stream().anyMatch(member -> wants(member, topic.name()))) {
                    free.add(new Place(topic.name(), number));
                }
            }
        });
        int most = members.isEmpty() ? 0 : (free.size() + members.size() - 1) / members.size();
        for (Member member : members.values()) {
            TreeSet<Place> kept = new TreeSet<>();
            for (Place place : member.target) {
                if (kept.size() < most && wants(member, place.topic()) && free.remove(place)) {
                    kept.add(place);
                }
            }
            member.target = kept;
        }
        for (Place place : free) {
            members.values().stream()
                    .filter(member -> wants(member, place.topic()))
                    .min((one, other) -> Integer.compare(one.target.size(), other.target.size()))
                    .ifPresent(member -> member.target.add(place));
        }
        tellNews();
    }

    private static boolean wants(Member member, String topic) {
        return member.subscription.getTopicsList().contains(topic)
                || (member.subscription.hasRegex() && topic.matches(member.subscription.getRegex()));
    }

    private void tellNews() {
        for (Member member : members.values()) {
            if (!holds(member).equals(member.told) || member.epoch == 0) {
                tell(member);
            }
        }
    }

    /** What a member may hold now: its target without what others have not given up. */
    private TreeSet<Place> holds(Member member) {
        TreeSet<Place> holds = new TreeSet<>(member.target);
        members.values().stream().filter(other -> other != member).forEach(other -> {
            holds.removeAll(other.owned);
            TreeSet<Place> onItsWay = new TreeSet<>(other.told);
            onItsWay.removeAll(other.owned);
            holds.removeAll(onItsWay);
        });
        return holds;
    }

    private void tell(Member member) {
        StreamObserver<JoinResponse> stream = member.stream;
        if (stream == null) {
            return;
        }
        member.told = holds(member);
        member.epoch = Math.max(member.epoch, epoch);
        GroupAssignment.Builder assignment = GroupAssignment.newBuilder()
                .setMemberEpoch(member.epoch)
                .setHeartbeatIntervalMs(100)
                .setSessionTimeoutMs(10_000);
        Map<String, AssignedTopic.Builder> topics = new TreeMap<>();
        member.told.forEach(place -> topics.computeIfAbsent(
                        place.topic(), name -> AssignedTopic.newBuilder().setTopic(topic(name)))
                .addPartitions(place.partition()));
        topics.values().forEach(assignment::addTopics);
        stream.onNext(JoinResponse.newBuilder().setAssignment(assignment).build());
    }

    private TopicRef topic(String name) {
        FakeCluster.FakeTopic topic = cluster.topics.get(name);
        TopicRef.Builder ref = TopicRef.newBuilder().setName(name);
        return topic == null ? ref.build() : ref.setId(Ids.bytes(topic.id())).build();
    }

    /** Why a commit is refused, null when it is not. */
    @Nullable
    FlotillaError commit(String memberId, int memberEpoch, List<OffsetToCommit> offsets) {
        Member member = members.get(memberId);
        if (memberId.isEmpty() ? !members.isEmpty() : member == null) {
            return FlotillaError.notApplied(ErrorCode.UNKNOWN_MEMBER_ID, "no member '" + memberId + "'");
        }
        if (member != null && memberEpoch < member.epoch) {
            return FlotillaError.notApplied(ErrorCode.STALE_MEMBER_EPOCH, "epoch " + memberEpoch);
        }
        offsets.forEach(offset -> committed.put(new Place(offset.getTopic().getName(), offset.getPartition()), offset));
        return null;
    }

    @Nullable
    OffsetToCommit committed(Place place) {
        return committed.get(place);
    }

    long committed(String topic, int partition) {
        OffsetToCommit offset = committed(new Place(topic, partition));
        return offset == null ? -1 : offset.getOffset();
    }
}
