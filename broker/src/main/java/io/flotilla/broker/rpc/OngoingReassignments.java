package io.flotilla.broker.rpc;

import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.proto.v1.ListPartitionReassignmentsRequest;
import io.flotilla.proto.v1.ListPartitionReassignmentsResponse;
import io.flotilla.proto.v1.OngoingReassignment;
import io.flotilla.proto.v1.TopicPartitions;
import java.util.List;

/** The reassignments that an image shows under way. */
final class OngoingReassignments {
    private OngoingReassignments() {}

    static ListPartitionReassignmentsResponse list(ListPartitionReassignmentsRequest request, MetadataImage image) {
        ListPartitionReassignmentsResponse.Builder response =
                ListPartitionReassignmentsResponse.newBuilder().setRevision(image.revision());
        for (TopicImage topic : image.topics().byName().values()) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                PartitionState state = topic.partitions().get(number);
                if (state.plan().reassigns() && isAsked(request.getTopicsList(), topic.name(), number)) {
                    response.addReassignments(reassignment(topic.name(), number, state));
                }
            }
        }
        return response.build();
    }

    private static boolean isAsked(List<TopicPartitions> asked, String topic, int partition) {
        return asked.isEmpty()
                || asked.stream()
                        .anyMatch(one -> one.getTopic().equals(topic)
                                && (one.getPartitionsCount() == 0
                                        || one.getPartitionsList().contains(partition)));
    }

    private static OngoingReassignment reassignment(String topic, int partition, PartitionState state) {
        return OngoingReassignment.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .addAllReplicas(state.replicaIds())
                .addAllTarget(state.plan().target())
                .addAllAdding(state.plan().adding())
                .addAllRemoving(state.removing())
                .addAllIsr(state.isr())
                .setLeader(state.leader())
                .build();
    }
}
