package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.v1.AddedPartition;
import io.flotilla.proto.v1.CreatePartitionsRequest;
import io.flotilla.proto.v1.CreatePartitionsResponse;
import io.flotilla.proto.v1.CreatePartitionsResult;
import io.flotilla.proto.v1.NewPartitions;
import io.flotilla.quorum.placement.ReplicaPlacement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Gives topics more partitions, each topic on its own. */
final class CreatePartitions {
    private CreatePartitions() {}

    /** @param seed decides where first replicas go */
    static Administration.Answer decide(Draft draft, CreatePartitionsRequest request, long seed) {
        CreatePartitionsResponse.Builder response = CreatePartitionsResponse.newBuilder();
        Set<String> names = new TreeSet<>();
        int created = 0;
        for (int i = 0; i < request.getTopicsCount(); i++) {
            NewPartitions wish = request.getTopics(i);
            Optional<FlotillaError> defect = names.add(wish.getTopic())
                    ? defect(draft, wish, created)
                    : Optional.of(NewTopic.namedTwice(wish.getTopic()));
            CreatePartitionsResult.Builder result =
                    CreatePartitionsResult.newBuilder().setTopic(wish.getTopic());
            if (defect.isPresent()) {
                result.setError(Errors.toMessage(defect.get()));
            } else {
                created += create(draft, wish, seed + i);
            }
            response.addResults(result);
        }
        return new Administration.Answer(
                AdministrativeResult.newBuilder()
                        .setCreatePartitions(response.setRevision(
                                request.getValidateOnly() ? draft.nextRevision() - 1 : draft.revision())),
                response.getResultsCount());
    }

    private static int create(Draft draft, NewPartitions wish, long seed) {
        TopicImage topic = draft.image().topics().named(wish.getTopic()).orElseThrow();
        int present = topic.partitions().size();
        int added = wish.getCount() - present;
        List<List<Integer>> placed = wish.getAssignmentsCount() > 0
                ? wish.getAssignmentsList().stream()
                        .sorted((a, b) -> Integer.compare(a.getPartition(), b.getPartition()))
                        .map(AddedPartition::getBrokerIdsList)
                        .toList()
                : ReplicaPlacement.place(draft.image().placeable(), added, replicationFactor(topic), seed);
        for (int i = 0; i < added; i++) {
            PartitionState state = CreateTopics.newPartition(draft.brokers(), placed.get(i), draft.nextRevision());
            draft.add(new PartitionSet(topic.id(), present + i, state));
        }
        return added;
    }

    /** As many replicas as the topic's partitions have. */
    private static int replicationFactor(TopicImage topic) {
        return topic.partitions().get(0).replicas().size();
    }

    private static Optional<FlotillaError> defect(Draft draft, NewPartitions wish, int createdSoFar) {
        Optional<TopicImage> found = draft.image().topics().named(wish.getTopic());
        if (found.isEmpty()) {
            return refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "there is no topic named '" + wish.getTopic() + "'");
        }
        TopicImage topic = found.get();
        if (InternalTopics.contains(topic.name())) { // its partitions are where groups are, by a hash of their names
            return refused(
                    ErrorCode.POLICY_VIOLATION,
                    "topic '" + topic.name() + "' is the cluster's own; the number of its partitions is fixed");
        }
        if (topic.partitions().stream().anyMatch(state -> state.plan().reassigns())) {
            return refused(
                    ErrorCode.REASSIGNMENT_IN_PROGRESS,
                    "partitions of topic '" + topic.name() + "' are being moved; wait for the end, or cancel it");
        }
        int present = topic.partitions().size();
        if (wish.getCount() <= present || wish.getCount() > NewTopic.PARTITIONS_MAX) {
            return refused(
                    ErrorCode.INVALID_PARTITIONS,
                    "topic '" + topic.name() + "' has " + present + " partitions and cannot have " + wish.getCount()
                            + "; ask for more than " + present + " and at most " + NewTopic.PARTITIONS_MAX);
        }
        if (createdSoFar + wish.getCount() - present > NewTopic.PARTITIONS_AT_ONCE_MAX) {
            return Optional.of(NewTopic.tooMuchAtOnce());
        }
        return wish.getAssignmentsCount() > 0
                ? defectOfAssignments(draft, topic, wish)
                : defectOfRoom(draft.image().placeable(), topic);
    }

    private static Optional<FlotillaError> defectOfRoom(List<BrokerRegistration> brokers, TopicImage topic) {
        int wanted = replicationFactor(topic);
        return wanted <= brokers.size()
                ? Optional.empty()
                : refused(
                        ErrorCode.INVALID_REPLICATION_FACTOR,
                        "partitions of topic '" + topic.name() + "' have " + wanted + " replicas, and only "
                                + brokers.size() + " brokers are in service and not cordoned; start more brokers, or"
                                + " name the replicas");
    }

    private static Optional<FlotillaError> defectOfAssignments(Draft draft, TopicImage topic, NewPartitions wish) {
        int first = topic.partitions().size();
        TreeSet<Integer> seen = new TreeSet<>();
        for (AddedPartition added : wish.getAssignmentsList()) {
            int number = added.getPartition();
            if (number < first || number >= wish.getCount() || !seen.add(number)) {
                return assignmentRefused(
                        topic,
                        "must name the partitions " + first + " to " + (wish.getCount() - 1) + " once each; partition "
                                + number + " does not fit");
            }
            if (added.getBrokerIdsCount() != replicationFactor(topic)) {
                return assignmentRefused(
                        topic,
                        "must give every partition " + replicationFactor(topic) + " replicas, as the topic has;"
                                + " partition " + number + " gets " + added.getBrokerIdsCount());
            }
            Optional<String> defect = Assignments.defectOfNew(draft.image(), added.getBrokerIdsList());
            if (defect.isPresent()) {
                return assignmentRefused(topic, "do not fit: partition " + number + ": " + defect.get());
            }
        }
        return seen.size() == wish.getCount() - first
                ? Optional.empty()
                : assignmentRefused(
                        topic,
                        "must name the partitions " + first + " to " + (wish.getCount() - 1) + "; only " + seen
                                + " are there");
    }

    private static Optional<FlotillaError> assignmentRefused(TopicImage topic, String what) {
        return refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, "assignments of topic '" + topic.name() + "' " + what);
    }

    private static Optional<FlotillaError> refused(ErrorCode code, String message) {
        return Optional.of(FlotillaError.notApplied(code, message));
    }
}
