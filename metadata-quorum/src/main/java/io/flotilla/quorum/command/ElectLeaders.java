package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.v1.ElectLeadersRequest;
import io.flotilla.proto.v1.ElectLeadersResponse;
import io.flotilla.proto.v1.ElectionResult;
import io.flotilla.proto.v1.ElectionType;
import io.flotilla.proto.v1.TopicPartitions;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Elects leaders because somebody asks. A preferred one takes over once the present leader has drained (R14), so the
 * decision is only a plan there. An unclean one leads at once, where nobody does.
 */
final class ElectLeaders {
    private ElectLeaders() {}

    static Administration.Answer decide(Draft draft, ElectLeadersRequest request) {
        ElectionType type = request.getType();
        if (type != ElectionType.ELECTION_TYPE_PREFERRED && type != ElectionType.ELECTION_TYPE_UNCLEAN) {
            throw new IllegalArgumentException("the election type " + type + " is neither preferred nor unclean");
        }
        if (request.getEveryPartition() == (request.getTopicsCount() > 0)) {
            throw new IllegalArgumentException(
                    "an election names partitions, or says that it means every one; this one "
                            + (request.getEveryPartition() ? "does both" : "does neither"));
        }
        ElectLeadersResponse.Builder response = ElectLeadersResponse.newBuilder();
        if (request.getEveryPartition()) {
            for (TopicImage topic : List.copyOf(draft.image().topics().byName().values())) {
                for (int number = 0; number < topic.partitions().size(); number++) {
                    ElectionResult result = elect(draft, topic.name(), number, type);
                    if (!isNotNeeded(result)) {
                        response.addResults(result);
                    }
                }
            }
        }
        for (TopicPartitions named : request.getTopicsList()) {
            numbers(draft, named).forEach(number -> response.addResults(elect(draft, named.getTopic(), number, type)));
        }
        return new Administration.Answer(
                AdministrativeResult.newBuilder().setElectLeaders(response.setRevision(draft.revision())),
                response.getResultsCount());
    }

    private static boolean isNotNeeded(ElectionResult result) {
        return result.getError().getCode() == ErrorCode.ELECTION_NOT_NEEDED.number();
    }

    private static List<Integer> numbers(Draft draft, TopicPartitions named) {
        if (named.getPartitionsCount() > 0) {
            return named.getPartitionsList();
        }
        int count = draft.image()
                .topics()
                .named(named.getTopic())
                .map(topic -> topic.partitions().size())
                .orElse(1); // the first one, which is then missing
        return IntStream.range(0, count).boxed().toList();
    }

    private static ElectionResult elect(Draft draft, String topicName, int number, ElectionType type) {
        Optional<PartitionState> found = NamedPartitions.find(draft.image(), topicName, number);
        ElectionResult.Builder result = ElectionResult.newBuilder()
                .setTopic(topicName)
                .setPartition(number)
                .setLeader(PartitionState.NO_LEADER);
        if (found.isEmpty()) {
            return result.setError(Errors.toMessage(NamedPartitions.missing(draft.image(), topicName, number)))
                    .build();
        }
        TopicImage topic = draft.image().topics().named(topicName).orElseThrow();
        PartitionState state = found.get();
        if (!state.hasLeader()) {
            return fill(draft, topic, number, type);
        }
        result.setLeader(state.leader());
        return type == ElectionType.ELECTION_TYPE_PREFERRED
                ? prefer(draft, topic, number, result)
                : refused(
                                result,
                                ErrorCode.ELECTION_NOT_NEEDED,
                                "broker " + state.leader() + " leads partition " + number + " of topic '" + topicName
                                        + "'; an unclean election is for partitions that nobody leads")
                        .build();
    }

    /** Nobody leads: anybody whom the type of election allows is better. */
    private static ElectionResult fill(Draft draft, TopicImage topic, int number, ElectionType type) {
        PartitionState state = topic.partitions().get(number);
        PartitionChange change = draft.changeOf(topic.settings(), state);
        boolean unclean = type == ElectionType.ELECTION_TYPE_UNCLEAN;
        draft.apply(topic, number, unclean ? change.electsUnclean() : change);
        PartitionState now =
                NamedPartitions.find(draft.image(), topic.name(), number).orElseThrow();
        ElectionResult.Builder result = ElectionResult.newBuilder()
                .setTopic(topic.name())
                .setPartition(number)
                .setLeader(now.leader());
        if (now.hasLeader()) {
            return result.build();
        }
        String what = "nobody can lead partition " + number + " of topic '" + topic.name() + "': of its replicas "
                + state.replicaIds() + ", in sync " + state.isr() + " and eligible " + state.elr() + ", ";
        return unclean
                ? refused(
                                result,
                                ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
                                what + "none may take over; start one of their brokers")
                        .build()
                : refused(
                                result,
                                ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
                                what + "none is in service; start one of their brokers, or if they are lost for good,"
                                        + " ask for an unclean election, which may lose records")
                        .build();
    }

    private static ElectionResult prefer(Draft draft, TopicImage topic, int number, ElectionResult.Builder result) {
        PartitionState state = topic.partitions().get(number);
        int preferred = preferred(state);
        Optional<FlotillaError> defect = defectOfMove(draft, topic, number);
        if (defect.isPresent()) {
            return result.setError(Errors.toMessage(defect.get())).build();
        }
        draft.apply(topic, number, draft.changeOf(topic.settings(), state).plansLeader(preferred));
        return result.setLeader(preferred).setMoving(true).build();
    }

    /** The broker that should lead, as things are to be in the end. */
    static int preferred(PartitionState state) {
        return state.plan().reassigns()
                ? state.plan().target().get(0)
                : state.replicas().get(0).brokerId();
    }

    private static Optional<FlotillaError> defectOfMove(Draft draft, TopicImage topic, int number) {
        PartitionState state = topic.partitions().get(number);
        int preferred = preferred(state);
        String which = "partition " + number + " of topic '" + topic.name() + "'";
        if (state.leader() == preferred) {
            return Optional.of(FlotillaError.notApplied(
                    ErrorCode.ELECTION_NOT_NEEDED, "broker " + preferred + " leads " + which + " already"));
        }
        if (!state.isr().contains(preferred) || !draft.brokers().eligible(preferred)) {
            return Optional.of(FlotillaError.notApplied(
                    ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
                    "broker " + preferred + ", the preferred leader of " + which + ", is "
                            + (draft.brokers().eligible(preferred) ? "not in the ISR " + state.isr() : "not in service")
                            + "; ask again when it is in sync"));
        }
        return Optional.empty();
    }

    private static ElectionResult.Builder refused(ElectionResult.Builder result, ErrorCode code, String message) {
        return result.setError(Errors.toMessage(FlotillaError.notApplied(code, message)));
    }
}
