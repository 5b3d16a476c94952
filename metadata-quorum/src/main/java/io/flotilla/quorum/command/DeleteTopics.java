package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsResponse;
import io.flotilla.proto.internal.v1.DeleteTopicsCommand;
import io.flotilla.proto.internal.v1.TopicToRemove;
import io.flotilla.proto.v1.DeleteTopicResult;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import java.util.Optional;

/** Removes topics, each on its own, by name, by id, or by both when both match. */
final class DeleteTopics {
    private DeleteTopics() {}

    static Decision decide(MetadataImage image, DeleteTopicsCommand command) {
        AnsweredRequests requests = new AnsweredRequests(command.getRequestId());
        Optional<byte[]> answered = requests.answer(image);
        if (answered.isPresent()) {
            return Decision.answer(result(AnsweredRequests.read(DeleteTopicsResponse.parser(), answered.get())));
        }
        Draft draft = new Draft(image);
        DeleteTopicsResponse.Builder response = DeleteTopicsResponse.newBuilder();
        for (TopicToRemove topic : command.getTopicsList()) {
            response.addResults(decideOne(draft, topic));
        }
        response.setRevision(draft.revision());
        requests.remember(draft, response.build());
        return draft.accept(result(response.build()));
    }

    private static DeleteTopicResult decideOne(Draft draft, TopicToRemove meant) {
        DeleteTopicResult.Builder result = DeleteTopicResult.newBuilder().setName(meant.getName());
        if (!meant.getId().isEmpty()) {
            TopicId id = Ids.topic(meant.getId());
            Optional<TopicImage> topic = draft.image()
                    .topics()
                    .withId(id)
                    .filter(known -> meant.getName().isEmpty() || known.name().equals(meant.getName()));
            return topic.isPresent()
                    ? removed(draft, topic.get())
                    : refused(
                            result.setId(meant.getId()),
                            ErrorCode.UNKNOWN_TOPIC_ID,
                            "there is no topic with id " + id
                                    + (meant.getName().isEmpty() ? "" : " and name " + meant.getName()));
        }
        Optional<TopicImage> topic = draft.image().topics().named(meant.getName());
        return topic.isPresent()
                ? removed(draft, topic.get())
                : refused(
                        result,
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "there is no topic named '" + meant.getName() + "'");
    }

    private static DeleteTopicResult removed(Draft draft, TopicImage topic) {
        if (InternalTopics.contains(topic.name())) {
            return refused(
                    DeleteTopicResult.newBuilder().setName(topic.name()).setId(Ids.bytes(topic.id())),
                    ErrorCode.POLICY_VIOLATION,
                    "topic '" + topic.name() + "' is the cluster's own and cannot be deleted");
        }
        draft.add(new TopicRemoved(topic.id()));
        return DeleteTopicResult.newBuilder()
                .setName(topic.name())
                .setId(Ids.bytes(topic.id()))
                .build();
    }

    private static DeleteTopicResult refused(DeleteTopicResult.Builder result, ErrorCode code, String message) {
        return result.setError(Errors.toMessage(FlotillaError.notApplied(code, message)))
                .build();
    }

    private static CommandResult result(DeleteTopicsResponse response) {
        return CommandResult.newBuilder()
                .setDeleteTopics(
                        ControllerServiceDeleteTopicsResponse.newBuilder().setResponse(response))
                .build();
    }
}
