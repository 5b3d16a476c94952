package io.flotilla.sim.run;

import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.sim.check.ClusterView;
import io.flotilla.sim.check.Complaints;
import io.flotilla.sim.check.ControllerView;
import io.flotilla.sim.check.Ghosts;
import io.flotilla.sim.check.LossBudget;
import io.flotilla.sim.check.NodeView;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.check.Touches;
import io.flotilla.sim.fault.Losses;
import io.flotilla.sim.net.Links;
import io.flotilla.sim.node.Node;
import io.flotilla.sim.node.NodeSettings;
import io.flotilla.sim.node.Surroundings;
import io.flotilla.sim.quorum.CommittedHistory;
import io.flotilla.sim.quorum.LogFaults;
import io.flotilla.sim.quorum.MetadataLog;
import io.flotilla.sim.rpc.Wire;
import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** All nodes of a run, what connects them, and the view of them that predicates get. One thread. */
final class Cluster implements ClusterView, ControllerView {
    private final World world;
    private final Surroundings around;
    private final List<Node> nodes = new ArrayList<>();
    private final Ghosts ghosts = new Ghosts();
    private final Losses losses;
    private final Touches touches = new Touches();
    private final Complaints complaints = new Complaints();
    private final Witnesses witnesses = new Witnesses();

    Cluster(World world, NodeSettings settings) {
        this.world = world;
        Links links = new Links(world.random("network"));
        CommittedHistory history = new CommittedHistory(witnesses, touches, world.trace());
        MetadataLog log = new MetadataLog(world, links, settings.voters(), LogFaults.none(), history);
        this.losses = new Losses(new Sight(history));
        this.around = new Surroundings(
                world,
                new Surroundings.Network(links, new Wire(world, links)),
                new Surroundings.Metadata(log, history),
                settings,
                new Surroundings.Watch(witnesses, touches, complaints));
        settings.nodes().forEach(id -> nodes.add(new Node(around, id)));
    }

    /** What the account of losses is kept by. */
    private final class Sight implements Losses.Sight {
        private final CommittedHistory history;

        Sight(CommittedHistory history) {
            this.history = history;
        }

        @Override
        public MetadataImage committed() {
            return history.image();
        }

        @Override
        public Optional<MetadataImage> at(long revision) {
            return history.at(revision);
        }

        @Override
        public long nowNanos() {
            return world.nowNanos();
        }

        @Override
        public boolean holdsAll(int node, PartitionId partition) {
            ReplicaView replica = node(node).replica(partition).orElse(null);
            if (replica == null) {
                return false;
            }
            // What it believes to hold may be committed next.
            long believed = replica.log().map(PartitionLog::logEnd).orElse(Long.MAX_VALUE);
            return replica.stored().end()
                    >= Math.max(believed, ghosts.of(partition).trueHighWatermark());
        }

        @Override
        public void beginAnew(PartitionId partition) {
            replicas(partition).stream()
                    .filter(ReplicaView::leadsByController)
                    .findFirst()
                    .ifPresent(leader -> ghosts.beginAnew(
                            leader,
                            leader.status().map(PartitionStatus::highWatermark).orElse(0L)));
        }
    }

    Surroundings around() {
        return around;
    }

    List<Node> machines() {
        return nodes;
    }

    Witnesses witnesses() {
        return witnesses;
    }

    Touches touches() {
        return touches;
    }

    Complaints complaints() {
        return complaints;
    }

    Losses budget() {
        return losses;
    }

    // ---- views ---------------------------------------------------------------------------------------------------

    @Override
    public long nowNanos() {
        return world.nowNanos();
    }

    @Override
    public long event() {
        return world.events();
    }

    @Override
    public ControllerView controller() {
        return this;
    }

    @Override
    public List<NodeView> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public NodeView node(int id) {
        return nodes.stream()
                .filter(node -> node.id() == id)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no node " + id));
    }

    @Override
    public List<PartitionId> partitions() {
        List<PartitionId> partitions = new ArrayList<>();
        image().topics().byId().values().forEach(topic -> {
            for (int number = 0; number < topic.partitions().size(); number++) {
                partitions.add(new PartitionId(topic.id(), number));
            }
        });
        partitions.sort(null);
        return partitions;
    }

    @Override
    public List<ReplicaView> replicas(PartitionId partition) {
        List<ReplicaView> replicas = new ArrayList<>();
        nodes.forEach(node -> node.replica(partition).ifPresent(replicas::add));
        return replicas;
    }

    @Override
    public Ghosts ghosts() {
        return ghosts;
    }

    @Override
    public LossBudget losses() {
        return losses;
    }

    @Override
    public MetadataImage image() {
        return around.metadata().history().image();
    }

    @Override
    public Optional<MetadataImage> at(long revision) {
        return around.metadata().history().at(revision);
    }

    @Override
    public OptionalInt leader() {
        int leader = around.metadata().log().leader();
        return leader < 0 ? OptionalInt.empty() : OptionalInt.of(leader);
    }

    @Override
    public long term() {
        return around.metadata().log().term();
    }
}
