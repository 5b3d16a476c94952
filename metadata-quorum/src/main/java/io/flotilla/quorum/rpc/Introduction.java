package io.flotilla.quorum.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.IntroduceRequest;
import io.flotilla.proto.internal.v1.IntroduceResponse;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.raft.QuorumStatus;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How this controller presents itself to nodes that are about to found or to join a quorum. Safe for any thread. */
public final class Introduction {
    private final Self self;
    private final CommittedMetadata metadata;
    private final Supplier<QuorumStatus> status;
    private final BooleanSupplier hasLog;

    /**
     * Who this controller is.
     *
     * @param raftEndpoint where other voters reach its Raft port
     */
    public record Self(String clusterId, int nodeId, Endpoint raftEndpoint, UUID quorumId) {}

    /** @param hasLog whether this node's log holds anything, applied or not */
    public Introduction(Self self, CommittedMetadata metadata, Supplier<QuorumStatus> status, BooleanSupplier hasLog) {
        this.self = self;
        this.metadata = metadata;
        this.status = status;
        this.hasLog = hasLog;
    }

    /** Throws a FlotillaException with INCONSISTENT_CLUSTER_ID for one of another cluster. */
    IntroduceResponse to(IntroduceRequest asker) {
        if (!asker.getClusterId().equals(self.clusterId())) {
            throw FlotillaError.notApplied(
                            ErrorCode.INCONSISTENT_CLUSTER_ID,
                            "this is a controller of cluster " + self.clusterId() + ", not of " + asker.getClusterId()
                                    + "; check cluster.id and controller.quorum.bootstrap.servers")
                    .exception();
        }
        QuorumStatus now = status.get();
        MetadataImage image = metadata.image();
        IntroduceResponse.Builder response = IntroduceResponse.newBuilder()
                .setClusterId(self.clusterId())
                .setNodeId(self.nodeId())
                .setRaftEndpoint(self.raftEndpoint().toString())
                .setQuorumId(self.quorumId().toString())
                .setRevision(image.revision())
                .setFounded(image.bootstrapped())
                .setRemembering(!image.bootstrapped() && hasLog.getAsBoolean())
                .setKnowsAsker(hasMet(asker.getNodeId(), now, image));
        now.voters().forEach(voter -> response.addVoters(voter.voter().id()));
        return response.build();
    }

    /** A combined node is registered for ever; of a controller alone, only what it has replicated tells. */
    private static boolean hasMet(int node, QuorumStatus now, MetadataImage image) {
        return image.brokers().broker(node).isPresent()
                || now.members().stream()
                        .anyMatch(member ->
                                member.voter().id() == node && (member.matchIndex() >= 0 || member.commitIndex() > 0));
    }
}
