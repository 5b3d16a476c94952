package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.v1.AlterConfigsRequest;
import io.flotilla.proto.v1.AlterPartitionReassignmentsRequest;
import io.flotilla.proto.v1.ConfigAlteration;
import io.flotilla.proto.v1.ConfigChange;
import io.flotilla.proto.v1.ConfigResource;
import io.flotilla.proto.v1.ConfigResourceType;
import io.flotilla.proto.v1.CreatePartitionsRequest;
import io.flotilla.proto.v1.ElectLeadersRequest;
import io.flotilla.proto.v1.ElectionType;
import io.flotilla.proto.v1.Error;
import io.flotilla.proto.v1.NewPartitions;
import io.flotilla.proto.v1.PartitionReassignment;
import io.flotilla.proto.v1.TopicPartitions;
import java.util.List;

/** What operators ask of a controller. */
final class Operations {
    private Operations() {}

    /** The result of an operation that is not refused as a whole. */
    static AdministrativeResult run(TestCluster cluster, AdministrativeOperation.Builder operation) {
        CommandResult result = cluster.accepted(command(operation));
        assertThat(result.getAdminister().getRevision()).isEqualTo(result.getRevision());
        return result.getAdminister();
    }

    static Command.Builder command(AdministrativeOperation.Builder operation) {
        return Command.newBuilder().setSeed(11).setAdminister(operation);
    }

    /** No topics means every partition. */
    static AdministrativeOperation.Builder elect(ElectionType type, String... topics) {
        ElectLeadersRequest.Builder request =
                ElectLeadersRequest.newBuilder().setType(type).setEveryPartition(topics.length == 0);
        for (String topic : topics) {
            request.addTopics(TopicPartitions.newBuilder().setTopic(topic).addPartitions(0));
        }
        return AdministrativeOperation.newBuilder().setElectLeaders(request);
    }

    /** No target cancels. */
    static AdministrativeOperation.Builder reassign(String topic, int partition, List<Integer> target) {
        return AdministrativeOperation.newBuilder()
                .setAlterPartitionReassignments(AlterPartitionReassignmentsRequest.newBuilder()
                        .addReassignments(PartitionReassignment.newBuilder()
                                .setTopic(topic)
                                .setPartition(partition)
                                .addAllTarget(target)));
    }

    /** Why a reassignment was refused; empty text when it was not. */
    static String reassigned(TestCluster cluster, String topic, Integer... target) {
        Error error = run(cluster, reassign(topic, 0, List.of(target)))
                .getAlterPartitionReassignments()
                .getResults(0)
                .getError();
        return error.getReason();
    }

    static AdministrativeOperation.Builder brokerConfig(int broker, String key, String value) {
        return config(
                ConfigResourceType.CONFIG_RESOURCE_TYPE_BROKER, broker < 0 ? "" : Integer.toString(broker), key, value);
    }

    static AdministrativeOperation.Builder topicConfig(String topic, String key, String value) {
        return config(ConfigResourceType.CONFIG_RESOURCE_TYPE_TOPIC, topic, key, value);
    }

    private static AdministrativeOperation.Builder config(
            ConfigResourceType type, String name, String key, String value) {
        return AdministrativeOperation.newBuilder()
                .setAlterConfigs(AlterConfigsRequest.newBuilder()
                        .addAlterations(ConfigAlteration.newBuilder()
                                .setResource(ConfigResource.newBuilder()
                                        .setType(type)
                                        .setName(name))
                                .addChanges(
                                        ConfigChange.newBuilder().setKey(key).setValue(value))));
    }

    static AdministrativeOperation.Builder partitions(String topic, int count) {
        return AdministrativeOperation.newBuilder()
                .setCreatePartitions(CreatePartitionsRequest.newBuilder()
                        .addTopics(NewPartitions.newBuilder().setTopic(topic).setCount(count)));
    }
}
