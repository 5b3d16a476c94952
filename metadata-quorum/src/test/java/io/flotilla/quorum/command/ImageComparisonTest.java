package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.error.Invariant.InvariantBroken;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.Command;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Every 1,000 revisions the voters compare their images, and one that differs stops. */
class ImageComparisonTest {
    private static final long STARTED_AT_MS = 5_000;
    private static final long INDEX = 1_000_000;

    private final TestCluster leader = TestCluster.of(3);

    @Test
    void onlyEveryThousandthRevisionIsCompared() {
        assertThat(ImageDigest.isDue(0)).isFalse();
        assertThat(ImageDigest.isDue(999)).isFalse();
        assertThat(ImageDigest.isDue(1000)).isTrue();
        assertThat(ImageDigest.isDue(1001)).isFalse();
        assertThat(ImageDigest.isDue(3000)).isTrue();
    }

    @Test
    void aVoterWithTheSameImageGoesOn() throws IOException {
        ControllerState voter = voterLike(leader);
        toTheThousandth(leader, voter);

        assertThatCode(() -> compare(voter, STARTED_AT_MS)).doesNotThrowAnyException();
    }

    @Test
    void aVoterWhoseImageDiffersStopsAndSaysWhatToDo() throws IOException {
        ControllerState voter = voterLike(TestCluster.of(3));
        // The same command, and a placement that came out differently on this voter.
        apply(
                leader,
                TestCluster.create(leader.newTopic("orders").setPartitions(3)).setSeed(1));
        apply(
                voter,
                TestCluster.create(leader.newTopic("orders").setPartitions(3)).setSeed(2));
        toTheThousandth(leader, voter);

        assertThatThrownBy(() -> compare(voter, STARTED_AT_MS))
                .isInstanceOf(InvariantBroken.class)
                .hasMessageContaining("revision 1000 differs")
                .hasMessageContaining("start it again")
                .hasMessageContaining("add it as a new voter");
    }

    @Test
    void aDifferenceFoundInAnEarlierRunDoesNotKeepAVoterFromStarting() throws IOException {
        ControllerState voter = voterLike(TestCluster.of(2));
        while (voter.image().revision() < leader.image().revision()) {
            apply(voter, ids());
        }
        toTheThousandth(leader, voter);

        assertThatCode(() -> compare(voter, STARTED_AT_MS - 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> compare(voter, STARTED_AT_MS)).isInstanceOf(InvariantBroken.class);
    }

    @Test
    void aVoterThatNeverHadThatRevisionHasNothingToCompare() throws IOException {
        ControllerState early = voterLike(leader);
        toTheThousandth(leader);

        assertThatCode(() -> compare(early, STARTED_AT_MS)).doesNotThrowAnyException();

        Command.Builder comparison = ImageDigest.comparison(leader.image());
        leader.accepted(ids());
        ControllerState late = voterLike(leader);
        assertThatCode(() -> apply(late, comparison.setNowMs(STARTED_AT_MS))).doesNotThrowAnyException();
    }

    @Test
    void aVoterThatLoadedExactlyThatRevisionCompares() throws IOException {
        toTheThousandth(leader);
        ControllerState voter = voterLike(leader);
        MetadataImage other = leader.image().withNextProducerId(7);

        assertThatCode(() -> compare(voter, STARTED_AT_MS)).doesNotThrowAnyException();
        assertThatThrownBy(() -> apply(voter, ImageDigest.comparison(other).setNowMs(STARTED_AT_MS)))
                .isInstanceOf(InvariantBroken.class);
    }

    @Test
    void anotherVersionsDigestIsNotComparedWithOurs() throws IOException {
        toTheThousandth(leader);
        ControllerState voter = voterLike(leader);
        Command.Builder other = ImageDigest.comparison(leader.image().withNextProducerId(7));
        other.getCompareImagesBuilder().setDigestVersion(ImageDigest.VERSION + 1);

        assertThatCode(() -> apply(voter, other.setNowMs(STARTED_AT_MS))).doesNotThrowAnyException();
    }

    @Test
    void aComparisonOfAnotherTermIsNoComparison() throws IOException {
        toTheThousandth(leader);
        ControllerState voter = voterLike(leader);
        Command.Builder deposed = ImageDigest.comparison(leader.image().withNextProducerId(7))
                .setTerm(TestCluster.TERM - 1)
                .setNowMs(STARTED_AT_MS);

        assertThatCode(() -> apply(voter, deposed)).doesNotThrowAnyException();
    }

    private void compare(ControllerState voter, long decidedAtMs) {
        apply(voter, ImageDigest.comparison(leader.image()).setNowMs(decidedAtMs));
    }

    private Command.Builder ids() {
        return Command.newBuilder()
                .setAllocateProducerIds(
                        AllocateProducerIdsRequest.newBuilder().setBrokerId(1).setBrokerEpoch(leader.epoch(1)));
    }

    private void toTheThousandth(TestCluster cluster, ControllerState... voters) {
        while (cluster.image().revision() < 1000) {
            Command.Builder command = ids();
            cluster.accepted(command);
            for (ControllerState voter : voters) {
                apply(voter, command);
            }
        }
        for (ControllerState voter : voters) {
            assertThat(voter.image().revision()).isEqualTo(1000);
        }
    }

    private static void apply(TestCluster cluster, Command.Builder command) {
        cluster.accepted(command);
    }

    private static void apply(ControllerState voter, Command.Builder command) {
        voter.apply(command.build().toByteArray(), TestCluster.TERM, INDEX);
    }

    /** Another voter, which got the state so far as a snapshot. */
    private static ControllerState voterLike(TestCluster cluster) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        cluster.state().capture().writeTo(out);
        ControllerState voter = new ControllerState(
                new DeltaListener() {
                    @Override
                    public void applied(AppliedDelta applied) {
                        // The state itself is asked.
                    }

                    @Override
                    public void loaded(MetadataImage image) {
                        // As above.
                    }
                },
                STARTED_AT_MS);
        voter.load(new ByteArrayInputStream(out.toByteArray()));
        return voter;
    }
}
