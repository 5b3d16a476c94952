package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.ClusterNamed;
import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.BootstrapCommand;
import java.util.List;

/** Gives a new cluster its identity. */
final class Bootstrap {
    private Bootstrap() {}

    static Decision decide(MetadataImage image, BootstrapCommand command) {
        if (image.bootstrapped()) {
            return image.clusterId().equals(command.getClusterId())
                    ? Decision.nothing()
                    : Decision.reject(
                            ErrorCode.INCONSISTENT_CLUSTER_ID,
                            "this cluster is " + image.clusterId() + " and cannot become " + command.getClusterId());
        }
        if (command.getClusterId().isEmpty() || command.getHistoryId().isEmpty()) {
            return Decision.reject(ErrorCode.INVALID_REQUEST, "a cluster needs an id and a history id");
        }
        if (!FeatureRange.CURRENT.contains(command.getFeatureLevel())) {
            return Decision.reject(
                    ErrorCode.INVALID_REQUEST,
                    "feature level " + command.getFeatureLevel() + " is outside of what this version knows: "
                            + FeatureRange.CURRENT.min() + " to " + FeatureRange.CURRENT.max());
        }
        return Decision.accept(List.of(
                new ClusterNamed(command.getClusterId(), command.getHistoryId()),
                new FeatureLevelSet(command.getFeatureLevel())));
    }
}
