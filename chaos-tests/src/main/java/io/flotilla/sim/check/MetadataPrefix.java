package io.flotilla.sim.check;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.MetadataImage;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a broker has applied is what the controller had at that revision, and never goes back within a run. */
public final class MetadataPrefix implements Predicate {
    private record Seen(IncarnationId run, MetadataImage image) {}

    private final Map<Integer, Seen> nodes = new TreeMap<>();

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        for (NodeView node : touched.nodes()) {
            MetadataImage image = node.applied();
            Seen before = nodes.put(node.id(), new Seen(node.incarnation(), image));
            boolean sameRun = before != null && before.run().equals(node.incarnation()) && node.running();
            if (sameRun && before.image() == image) {
                continue;
            }
            check(
                    !sameRun || before.image().revision() <= image.revision(),
                    "broker %d goes back from revision %d to %d",
                    node.id(),
                    sameRun ? before.image().revision() : 0,
                    image.revision());
            Optional<MetadataImage> was = cluster.controller().at(image.revision());
            check(
                    image.revision() == 0
                            || was.filter(then -> same(then, image)).isPresent(),
                    "broker %d has applied something else than the controller's revision %d: %s instead of %s",
                    node.id(),
                    image.revision(),
                    image,
                    was);
        }
    }

    /** In what brokers are told; the answers that the controller remembers of requests are its own. */
    private static boolean same(MetadataImage one, MetadataImage other) {
        return one.historyId().equals(other.historyId())
                && one.clusterId().equals(other.clusterId())
                && one.brokers().equals(other.brokers())
                && one.topics().equals(other.topics());
    }
}
