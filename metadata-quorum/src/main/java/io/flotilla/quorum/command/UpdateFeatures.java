package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.v1.UpdateFeaturesRequest;
import io.flotilla.proto.v1.UpdateFeaturesResponse;
import java.util.Optional;

/**
 * Raises the feature level to what every registered broker understands. It is never lowered: the log holds commands,
 * and an older version would replay those of the higher level as unknown ones.
 */
final class UpdateFeatures {
    private UpdateFeatures() {}

    static Administration.Answer decide(Draft draft, UpdateFeaturesRequest request) {
        MetadataImage image = draft.image();
        int level = request.getLevel() != 0 ? request.getLevel() : highest(image);
        UpdateFeaturesResponse.Builder response = UpdateFeaturesResponse.newBuilder();
        Optional<FlotillaError> defect = level == image.featureLevel() ? Optional.empty() : defect(image, level);
        if (defect.isPresent()) {
            response.setError(Errors.toMessage(defect.get()));
        } else if (level != image.featureLevel()) {
            draft.add(new FeatureLevelSet(level));
        }
        return new Administration.Answer(
                AdministrativeResult.newBuilder()
                        .setUpdateFeatures(response.setLevel(draft.image().featureLevel())
                                .setRevision(request.getValidateOnly() ? draft.nextRevision() - 1 : draft.revision())),
                1);
    }

    private static int highest(MetadataImage image) {
        return image.brokers().all().stream()
                .mapToInt(broker -> broker.features().max())
                .min()
                .orElse(image.featureLevel());
    }

    private static Optional<FlotillaError> defect(MetadataImage image, int level) {
        if (level < image.featureLevel()) {
            return refused("feature level " + level + " is below the present one, " + image.featureLevel()
                    + "; no version can lower it yet: an older one would replay commands that it does not know");
        }
        for (BrokerRegistration broker : image.brokers().all()) {
            FeatureRange features = broker.features();
            if (!features.contains(level)) {
                return refused("broker " + broker.brokerId() + " understands feature levels " + features.min() + " to "
                        + features.max() + ", not " + level + "; start it with another version first");
            }
        }
        return Optional.empty();
    }

    private static Optional<FlotillaError> refused(String message) {
        return Optional.of(FlotillaError.notApplied(ErrorCode.FEATURE_UPDATE_FAILED, message));
    }
}
