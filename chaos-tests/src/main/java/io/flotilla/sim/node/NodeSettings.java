package io.flotilla.sim.node;

import java.util.List;
import java.util.Random;

/**
 * How the nodes of one run are set up; all alike, as an operator would.
 *
 * @param nodes ids of all nodes, which are brokers
 * @param voters those that are controllers, too
 * @param disks log directories of each node
 * @param loops partition loops of each node
 * @param segmentBytes so small that logs have many segments
 * @param scrub whether logs are read again by themselves; else only who needs bad bytes finds them
 * @param freeBytesMin with less free space a directory takes no new records; 0 for those that use up all of it
 * @param groupPartitions of the topic of consumer groups; 0 where nobody coordinates any
 */
public record NodeSettings(
        List<Integer> nodes,
        List<Integer> voters,
        int disks,
        int loops,
        int segmentBytes,
        boolean scrub,
        long freeBytesMin,
        int groupPartitions) {
    public static final String CLUSTER_ID = "simulated";

    public NodeSettings {
        nodes = List.copyOf(nodes);
        voters = List.copyOf(voters);
    }

    /** Three to five nodes, three of them voters. */
    public static NodeSettings drawn(Random random) {
        List<Integer> all = List.of(1, 2, 3, 4, 5);
        int count = random.nextInt(3) > 0 ? 3 : 4 + random.nextInt(2);
        return new NodeSettings(
                all.subList(0, count),
                all.subList(0, 3),
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                1_500 << random.nextInt(5),
                true,
                0,
                0);
    }

    /** The same nodes, which read their logs only when somebody needs them. */
    public NodeSettings withoutScrub() {
        return new NodeSettings(nodes, voters, disks, loops, segmentBytes, false, freeBytesMin, groupPartitions);
    }

    /** The same nodes, which keep a reserve of space. */
    public NodeSettings withReserve(long bytes) {
        return new NodeSettings(nodes, voters, disks, loops, segmentBytes, scrub, bytes, groupPartitions);
    }

    /** The same nodes, which coordinate consumer groups, too. */
    public NodeSettings withGroups(int partitions) {
        return new NodeSettings(nodes, voters, disks, loops, segmentBytes, scrub, freeBytesMin, partitions);
    }
}
