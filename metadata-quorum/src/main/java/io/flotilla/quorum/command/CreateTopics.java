package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokersImage;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.ClusterViews;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsResponse;
import io.flotilla.proto.internal.v1.CreateTopicsCommand;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.proto.internal.v1.TopicToCreate;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.Topic;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Creates topics, each on its own: what cannot be created is refused while the others come into being. */
final class CreateTopics {
    private CreateTopics() {}

    /** @param seed decides where first replicas go */
    static Decision decide(MetadataImage image, CreateTopicsCommand command, long seed) {
        AnsweredRequests requests = new AnsweredRequests(command.getRequestId());
        Optional<byte[]> answered = command.getValidateOnly() ? Optional.empty() : requests.answer(image);
        if (answered.isPresent()) {
            return Decision.answer(
                    result(complete(AnsweredRequests.read(CreateTopicsResponse.parser(), answered.get()), image)));
        }
        Draft draft = new Draft(image);
        CreateTopicsResponse.Builder response = CreateTopicsResponse.newBuilder();
        TopicDefaults defaults = BrokerConfigs.topicDefaults(image.brokerConfigs(), command.getDefaults());
        Set<String> names = new TreeSet<>();
        int partitions = 0;
        for (int i = 0; i < command.getTopicsCount(); i++) {
            TopicToCreate topic = command.getTopics(i);
            NewTopic plan = new NewTopic(draft.image(), topic, defaults);
            Optional<FlotillaError> defect =
                    names.add(topic.getName()) ? plan.defect() : Optional.of(NewTopic.namedTwice(topic.getName()));
            if (defect.isEmpty()) {
                partitions += plan.partitionCount();
                defect = partitions > NewTopic.PARTITIONS_AT_ONCE_MAX
                        ? Optional.of(NewTopic.tooMuchAtOnce())
                        : Optional.empty();
            }
            CreateTopicResult.Builder result = CreateTopicResult.newBuilder().setName(topic.getName());
            if (defect.isPresent()) {
                result.setError(Errors.toMessage(defect.get()));
            } else {
                create(draft, plan, seed + i);
                result.setTopic(Topic.newBuilder().setName(topic.getName()).setId(topic.getId()));
            }
            response.addResults(result);
        }
        if (command.getValidateOnly()) {
            return Decision.answer(
                    result(complete(response.setRevision(image.revision()).build(), draft.image())));
        }
        response.setRevision(draft.revision());
        requests.remember(draft, response.build());
        return draft.accept(result(complete(response.build(), draft.image())));
    }

    private static void create(Draft draft, NewTopic plan, long seed) {
        TopicId id = plan.id();
        draft.add(new TopicCreated(plan.name(), id));
        plan.configs().forEach((key, value) -> draft.add(new TopicConfigSet(id, key, Optional.of(value))));
        List<List<Integer>> assignments = plan.assignments(seed);
        for (int number = 0; number < assignments.size(); number++) {
            draft.add(new PartitionSet(
                    id, number, newPartition(draft.brokers(), assignments.get(number), draft.nextRevision())));
        }
    }

    /** A partition as it begins: led by its first replica in service. */
    static PartitionState newPartition(BrokersImage brokers, List<Integer> replicas, long revision) {
        List<Integer> isr = replicas.stream().filter(brokers::eligible).toList();
        return new PartitionState(
                replicas.stream().map(id -> new Replica(id, revision)).toList(),
                isr,
                List.of(),
                isr.get(0),
                0,
                0,
                PartitionState.NO_LEADER,
                PartitionPlan.NONE);
    }

    /** What is remembered names topics only; the answer describes them as they are now. */
    private static CreateTopicsResponse complete(CreateTopicsResponse response, MetadataImage image) {
        CreateTopicsResponse.Builder complete = response.toBuilder();
        for (CreateTopicResult.Builder result : complete.getResultsBuilderList()) {
            if (result.hasTopic()) {
                Optional<TopicImage> topic =
                        image.topics().withId(Ids.topic(result.getTopic().getId()));
                topic.map(ClusterViews::topic).ifPresent(result::setTopic);
            }
        }
        return complete.build();
    }

    private static CommandResult result(CreateTopicsResponse response) {
        return CommandResult.newBuilder()
                .setCreateTopics(
                        ControllerServiceCreateTopicsResponse.newBuilder().setResponse(response))
                .build();
    }
}
