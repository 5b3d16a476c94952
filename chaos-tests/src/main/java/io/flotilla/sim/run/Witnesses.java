package io.flotilla.sim.run;

import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.check.AckedRecord;
import io.flotilla.sim.check.Election;
import io.flotilla.sim.check.NodeView;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.check.Witness;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Tells each witness in turn. */
final class Witnesses implements Witness {
    private final List<Witness> all = new ArrayList<>();

    void add(Witness witness) {
        all.add(witness);
    }

    private void tell(Consumer<Witness> what) {
        all.forEach(what);
    }

    @Override
    public void acked(PartitionId partition, AckedRecord record) {
        tell(witness -> witness.acked(partition, record));
    }

    @Override
    public void served(PartitionId partition, int server, long offset, long value, long highWatermark) {
        tell(witness -> witness.served(partition, server, offset, value, highWatermark));
    }

    @Override
    public void outOfRange(PartitionId partition, int server, long position) {
        tell(witness -> witness.outOfRange(partition, server, position));
    }

    @Override
    public void reported(NodeView node, PartitionId partition, int leaderEpoch, long offset) {
        tell(witness -> witness.reported(node, partition, leaderEpoch, offset));
    }

    @Override
    public void endTold(PartitionId partition, int server, long end, long ackedEnd) {
        tell(witness -> witness.endTold(partition, server, end, ackedEnd));
    }

    @Override
    public void deleting(PartitionId partition, long below) {
        tell(witness -> witness.deleting(partition, below));
    }

    @Override
    public void deleted(PartitionId partition, long below) {
        tell(witness -> witness.deleted(partition, below));
    }

    @Override
    public void committed(ReplicaView leader, long from, long to) {
        tell(witness -> witness.committed(leader, from, to));
    }

    @Override
    public void truncated(ReplicaView replica, long from, long to, long watermark) {
        tell(witness -> witness.truncated(replica, from, to, watermark));
    }

    @Override
    public void droppedCommitted(NodeView node, PartitionId partition, long from, long watermark) {
        tell(witness -> witness.droppedCommitted(node, partition, from, watermark));
    }

    @Override
    public void elected(PartitionId partition, Election election) {
        tell(witness -> witness.elected(partition, election));
    }

    @Override
    public void ending(NodeView node) {
        tell(witness -> witness.ending(node));
    }

    @Override
    public void ended(NodeView node, boolean powerLost) {
        tell(witness -> witness.ended(node, powerLost));
    }

    @Override
    public void directoryFailed(NodeView node, List<PartitionId> partitions) {
        tell(witness -> witness.directoryFailed(node, partitions));
    }
}
