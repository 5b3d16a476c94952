package io.flotilla.quorum.rpc;

import io.flotilla.proto.v1.DescribeQuorumResponse;
import io.flotilla.proto.v1.QuorumNode;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.raft.QuorumStatus;
import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import java.util.function.Supplier;

/** The state of the metadata quorum for operators, as its leader sees it. Safe for any thread. */
public final class QuorumDescription {
    private final int nodeId;
    private final CommittedMetadata metadata;
    private final Supplier<QuorumStatus> status;
    private final ControllerHints hints;

    public QuorumDescription(
            int nodeId, CommittedMetadata metadata, Supplier<QuorumStatus> status, ControllerHints hints) {
        this.nodeId = nodeId;
        this.metadata = metadata;
        this.status = status;
        this.hints = hints;
    }

    /** The description; throws a FlotillaException with NOT_CONTROLLER where this node does not lead. */
    DescribeQuorumResponse describe() {
        QuorumStatus now = status.get();
        if (now.leader().isEmpty() || now.leader().getAsInt() != nodeId) {
            throw hints.notController("only the leader knows the progress of the others")
                    .exception();
        }
        long end = now.members().stream()
                .mapToLong(MemberProgress::matchIndex)
                .max()
                .orElse(now.commitIndex());
        DescribeQuorumResponse.Builder response = DescribeQuorumResponse.newBuilder()
                .setClusterId(metadata.image().clusterId())
                .setLeaderId(nodeId)
                .setLeaderEpoch(now.term())
                .setHighWatermark(now.commitIndex())
                .setMetadataRevision(metadata.image().revision());
        long lagMax = 0;
        for (MemberProgress member : now.members()) {
            long lag = member.matchIndex() < 0 ? -1 : Math.max(0, end - member.matchIndex());
            QuorumNode.Builder node = QuorumNode.newBuilder()
                    .setNodeId(member.voter().id())
                    .setEndpoint(member.voter().host() + ":" + member.voter().port())
                    .setLogEndIndex(member.matchIndex())
                    .setLag(lag);
            if (member.votes()) {
                lagMax = Math.max(lagMax, lag);
                response.addVoters(node);
            } else {
                response.addObservers(node);
            }
        }
        return response.setMaxFollowerLag(lagMax).build();
    }
}
