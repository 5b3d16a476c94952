package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.v1.UpdateFeaturesRequest;
import io.flotilla.proto.v1.UpdateFeaturesResponse;
import org.junit.jupiter.api.Test;

/** The feature level goes up to what everybody understands, and never down. */
class UpdateFeaturesTest {
    private final TestCluster cluster = TestCluster.of(3);

    @Test
    void theLevelIsNeverLowered() {
        assertThat(update(1).getError().getMessage()).contains("no version can lower it yet");
        assertThat(update(1).getError().getReason()).isEqualTo("FEATURE_UPDATE_FAILED");
        assertThat(cluster.image().featureLevel()).isEqualTo(2);
    }

    @Test
    void aLowLevelIsRaisedToTheHighestThatAllUnderstand() {
        MetadataImage low = cluster.image().withFeatureLevel(1);
        Command.Builder grow = Operations.command(Operations.partitions("orders", 2));
        assertThat(Decisions.decide(low, grow.build(), 1))
                .isInstanceOfSatisfying(
                        Decision.Rejected.class,
                        refused -> assertThat(refused.error().code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION));

        Command.Builder raise = Operations.command(
                AdministrativeOperation.newBuilder().setUpdateFeatures(UpdateFeaturesRequest.getDefaultInstance()));
        assertThat(Decisions.decide(low, raise.build(), 1))
                .isInstanceOfSatisfying(
                        Decision.Accepted.class,
                        accepted -> assertThat(accepted.records()).containsExactly(new FeatureLevelSet(2)));
    }

    @Test
    void aBrokerThatDoesNotUnderstandALevelStandsInItsWay() {
        UpdateFeaturesResponse refused = update(3);

        assertThat(refused.getError().getReason()).isEqualTo("FEATURE_UPDATE_FAILED");
        assertThat(refused.getError().getMessage()).contains("broker 1 understands feature levels 1 to 2, not 3");
    }

    private UpdateFeaturesResponse update(int level) {
        return Operations.run(
                        cluster,
                        AdministrativeOperation.newBuilder()
                                .setUpdateFeatures(
                                        UpdateFeaturesRequest.newBuilder().setLevel(level)))
                .getUpdateFeatures();
    }
}
