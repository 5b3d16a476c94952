package io.flotilla.sim.fault;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.sim.client.Operator;
import io.flotilla.sim.node.Node;
import io.flotilla.sim.node.Surroundings;
import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Where faults strike: the cluster, chance, and what has to be mended when it is time. */
public final class Site {
    private final Surroundings around;
    private final List<Node> nodes;
    private final Operator operator;
    private final Losses losses;
    private final int[] clients;
    private final Random random;
    /** What is broken at the moment and how to mend it, by number. */
    private final Map<Long, Runnable> broken = new LinkedHashMap<>();

    private final Map<String, Integer> struck = new TreeMap<>();
    private long breaks;
    private boolean healed;

    /** @param clients machines of clients */
    public Site(Surroundings around, List<Node> nodes, Operator operator, Losses losses, int[] clients) {
        this.around = around;
        this.nodes = List.copyOf(nodes);
        this.operator = operator;
        this.losses = losses;
        this.clients = clients.clone();
        this.random = around.world().random("faults");
    }

    Surroundings around() {
        return around;
    }

    List<Node> nodes() {
        return nodes;
    }

    Operator operator() {
        return operator;
    }

    Losses losses() {
        return losses;
    }

    Random random() {
        return random;
    }

    MetadataImage image() {
        return around.metadata().history().image();
    }

    /** A number of milliseconds from one bound to the other, as nanoseconds. */
    long between(long minMs, long maxMs) {
        return minMs * World.MS + random.nextLong((maxMs - minMs) * World.MS + 1);
    }

    /** Mends something after so long, or when everything is healed. */
    void mendAfter(long nanos, Runnable mend) {
        if (healed) {
            around.world().at(0, mend);
            return;
        }
        long number = breaks++;
        broken.put(number, mend);
        around.world().at(nanos, () -> {
            Runnable due = broken.remove(number);
            if (due != null) {
                due.run();
            }
        });
    }

    /** A fault of this kind has changed something. */
    void struck(String kind) {
        struck.merge(kind, 1, Integer::sum);
        around.world().trace().say("fault", kind);
    }

    /** How often each kind has struck. */
    public Map<String, Integer> struck() {
        return struck;
    }

    /** Whether nothing may break any more. */
    boolean isHealed() {
        return healed;
    }

    /** From now on things may break again. */
    public void unheal() {
        healed = false;
    }

    /** Mends everything that is broken; nothing breaks any more until {@link #unheal}. */
    public void heal() {
        healed = true;
        List<Runnable> all = new ArrayList<>(broken.values());
        broken.clear();
        all.forEach(Runnable::run);
    }

    /** A node worth breaking: often one that leads, or the active controller; it may be down. */
    Node victim() {
        int kind = random.nextInt(10);
        if (kind < 4) {
            List<PartitionId> partitions = partitions();
            if (!partitions.isEmpty()) {
                int leader = image().topics()
                        .partition(partitions.get(random.nextInt(partitions.size())))
                        .map(PartitionState::leader)
                        .orElse(PartitionState.NO_LEADER);
                for (Node node : nodes) {
                    if (node.id() == leader) {
                        return node;
                    }
                }
            }
        } else if (kind < 6) {
            int leader = around.metadata().log().leader();
            for (Node node : nodes) {
                if (node.id() == leader) {
                    return node;
                }
            }
        }
        return anyNode();
    }

    Node anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    /** A host that talks to nodes: another node, and sometimes a client's machine. */
    int anyPeer(int of) {
        if (random.nextInt(4) == 0) {
            return clients[random.nextInt(clients.length)];
        }
        List<Node> others = nodes.stream().filter(node -> node.id() != of).toList();
        return others.get(random.nextInt(others.size())).id();
    }

    /** Machines of clients. */
    int[] clients() {
        return clients.clone();
    }

    /** Partitions of all topics that exist, in order. */
    List<PartitionId> partitions() {
        List<PartitionId> partitions = new ArrayList<>();
        image().topics().byId().forEach((id, topic) -> {
            for (int number = 0; number < topic.partitions().size(); number++) {
                partitions.add(new PartitionId(id, number));
            }
        });
        partitions.sort(null);
        return partitions;
    }
}
