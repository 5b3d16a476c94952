package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.v1.AlterConfigsRequest;
import io.flotilla.proto.v1.AlterPartitionReassignmentsRequest;
import io.flotilla.proto.v1.ConfigAlteration;
import io.flotilla.proto.v1.ConfigChange;
import io.flotilla.proto.v1.PartitionReassignment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With little space left, what grows waits, and what helps an operator out does not. */
class GrowthTest {
    private static final ConfigChange SET =
            ConfigChange.newBuilder().setKey("retention.ms").setValue("1").build();
    private static final ConfigChange DELETED =
            ConfigChange.newBuilder().setKey("retention.bytes").build();

    @Test
    void aMoveWaitsAndItsCancelDoesNot() {
        assertThat(Growth.canWait(moves(List.of(4)))).isTrue();
        assertThat(Growth.canWait(moves(List.of(), List.of(4)))).isTrue();
        assertThat(Growth.canWait(moves(List.of(), List.of()))).isFalse();
    }

    @Test
    void aConfigWaitsAndItsDeletionDoesNot() {
        assertThat(Growth.canWait(configs(DELETED, SET))).isTrue();
        assertThat(Growth.canWait(configs(DELETED))).isFalse();
    }

    @SafeVarargs
    private static Command moves(List<Integer>... targets) {
        AlterPartitionReassignmentsRequest.Builder request = AlterPartitionReassignmentsRequest.newBuilder();
        for (List<Integer> target : targets) {
            request.addReassignments(
                    PartitionReassignment.newBuilder().setTopic("orders").addAllTarget(target));
        }
        return command(AdministrativeOperation.newBuilder().setAlterPartitionReassignments(request));
    }

    private static Command configs(ConfigChange... changes) {
        return command(AdministrativeOperation.newBuilder()
                .setAlterConfigs(AlterConfigsRequest.newBuilder()
                        .addAlterations(ConfigAlteration.newBuilder().addAllChanges(List.of(changes)))));
    }

    private static Command command(AdministrativeOperation.Builder operation) {
        return Command.newBuilder().setAdminister(operation).build();
    }
}
