package io.flotilla.broker.registration;

import io.flotilla.broker.metadata.LocalLogs.DirectoryMark;
import io.flotilla.broker.registration.ControllerClient.Heartbeat;
import io.flotilla.broker.registration.ControllerClient.Registration;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AlterPartitionRequest;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.proto.internal.v1.IsrMember;
import io.flotilla.proto.internal.v1.LogDirReport;
import io.flotilla.proto.internal.v1.LostReplica;
import io.flotilla.proto.internal.v1.PartitionProposal;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import java.util.List;
import java.util.TreeMap;

/** What a broker tells the controller, as messages. */
final class GrpcControllerMessages {
    private GrpcControllerMessages() {}

    static RegisterBrokerRequest registration(Registration registration) {
        RegisterBrokerRequest.Builder message = RegisterBrokerRequest.newBuilder()
                .setClusterId(registration.clusterId())
                .setBrokerId(registration.brokerId())
                .setIncarnation(Ids.bytes(registration.incarnation()))
                .setPreviousBrokerEpoch(registration.previousEpoch())
                .setCleanStart(registration.cleanStart())
                .setRack(registration.rack().orElse(""))
                .setFeatureLevelMin(registration.features().min())
                .setFeatureLevelMax(registration.features().max());
        new TreeMap<>(registration.listeners())
                .forEach((name, endpoint) -> message.putListeners(name, endpoint.toString()));
        for (DirectoryMark mark : registration.directories()) {
            LogDirReport.Builder report = LogDirReport.newBuilder().setDirectoryId(Ids.bytes(mark.directory()));
            mark.incarnations().forEach(run -> report.addIncarnations(Ids.bytes(run)));
            message.addLogDirs(report);
        }
        return message.build();
    }

    static HeartbeatRequest heartbeat(int brokerId, Heartbeat heartbeat) {
        HeartbeatRequest.Builder message = HeartbeatRequest.newBuilder()
                .setBrokerId(brokerId)
                .setBrokerEpoch(heartbeat.brokerEpoch())
                .setAppliedRevision(heartbeat.appliedRevision())
                .setWantUnfenced(heartbeat.wantUnfenced())
                .setWantShutdown(heartbeat.wantShutdown())
                .setRecoveryReported(heartbeat.recoveryReported());
        heartbeat
                .lostReplicas()
                .forEach(lost -> message.addLostReplicas(LostReplica.newBuilder()
                        .setTopicId(Ids.bytes(lost.topic()))
                        .setPartition(lost.partition())));
        heartbeat.failedDirectories().forEach(dir -> message.addFailedLogDirs(Ids.bytes(dir)));
        return message.build();
    }

    static AlterPartitionRequest proposals(int brokerId, long brokerEpoch, List<Proposal> proposals) {
        AlterPartitionRequest.Builder message =
                AlterPartitionRequest.newBuilder().setBrokerId(brokerId).setBrokerEpoch(brokerEpoch);
        for (Proposal proposal : proposals) {
            PartitionProposal.Builder one = PartitionProposal.newBuilder()
                    .setTopicId(Ids.bytes(proposal.partition().topic()))
                    .setPartition(proposal.partition().partition())
                    .setLeaderEpoch(proposal.isr().leaderEpoch())
                    .setPartitionEpoch(proposal.isr().partitionEpoch())
                    .setResign(proposal.isr().resign());
            proposal.isr()
                    .isr()
                    .forEach(member -> one.addIsr(IsrMember.newBuilder()
                            .setBrokerId(member.brokerId())
                            .setBrokerEpoch(member.brokerEpoch())));
            message.addProposals(one);
        }
        return message.build();
    }
}
