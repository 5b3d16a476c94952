package io.flotilla.client;

import java.util.List;

/**
 * A move of a partition to other brokers that is under way.
 *
 * @param replicas all that hold it now, old and new
 * @param target the replicas to have in the end
 * @param adding the replicas that came with the move
 * @param removing the replicas that go with its end
 * @param leader broker id, -1 while there is none
 */
public record PartitionReassignment(
        TopicPartition partition,
        List<Integer> replicas,
        List<Integer> target,
        List<Integer> adding,
        List<Integer> removing,
        List<Integer> isr,
        int leader) {}
