package io.flotilla.broker.metadata;

import io.flotilla.model.image.MetadataImage;
import java.util.List;
import java.util.Optional;

/** Shows applied metadata to those who read it, as the test says. */
public final class MetadataStage {
    private final AppliedMetadata applied;

    public MetadataStage(ControlLoop loop, MetadataListener... listeners) {
        this.applied = new AppliedMetadata(loop, List.of(listeners));
    }

    public AppliedMetadata applied() {
        return applied;
    }

    public void show(MetadataImage image) {
        applied.apply(new MetadataChange(applied.image(), image, Optional.empty()));
    }

    public void show(MetadataChange change) {
        applied.apply(change);
    }

    public void controllerIs(int nodeId) {
        applied.controllerIs(nodeId);
    }
}
