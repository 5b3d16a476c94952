package io.flotilla.sim.client;

import io.flotilla.client.internal.routing.ClusterView;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.client.internal.routing.TopicView;
import io.flotilla.model.id.PartitionId;
import java.util.Optional;

/** Which life of a topic a client means by its name: the one that it knew when it last advanced. */
final class TopicNames {
    private ClusterView view = ClusterView.EMPTY;

    void know(ClusterView now) {
        view = now;
    }

    Optional<PartitionId> id(PartitionName name) {
        return Optional.ofNullable(view.topic(name.topic()))
                .map(TopicView::id)
                .map(id -> new PartitionId(id, name.partition()));
    }

    /** The broker that leads it, as far as the client knows, else -1. */
    int leader(PartitionName name) {
        var where = view.locate(name);
        return where == null ? -1 : where.leader().id();
    }
}
