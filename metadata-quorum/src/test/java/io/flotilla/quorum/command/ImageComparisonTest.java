package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.Replay;
import io.flotilla.model.delta.Snapshot;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.v1.CreateTopicsResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every 1,000 revisions the voters compare their images, and one that differs says so and goes on. */
class ImageComparisonTest {
    private static final long INDEX = 1_000_000;

    private final TestCluster leader = TestCluster.of(3);
    private final List<String> told = new ArrayList<>();

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

        compare(voter);

        assertThat(told).isEmpty();
    }

    @Test
    void aFollowerThatDiffersSaysWhatToDoAndGoesOn() throws IOException {
        ControllerState healthy = voterLike(leader);
        ControllerState wrong = voterLike(leader);
        // The same command, and a placement that came out differently on one voter.
        Command.Builder creation = TestCluster.create(leader.newTopic("orders").setPartitions(3));
        apply(leader, creation.setSeed(1));
        apply(healthy, creation);
        apply(wrong, creation.setSeed(2));
        toTheThousandth(leader, healthy, wrong);

        compare(healthy);
        assertThat(told).isEmpty();

        compare(wrong);
        assertThat(told).singleElement().satisfies(line -> {
            assertThat(line)
                    .contains("revision 1000 differs")
                    .contains("term " + TestCluster.TERM + " (entry " + INDEX)
                    .contains("start it again")
                    .contains("add it as a new voter");
        });
        goesOn(wrong);
    }

    @Test
    void ofALeaderThatDiffersEveryFollowerTellsAndNoneStops() throws IOException {
        toTheThousandth(leader);
        Command.Builder wrong = ImageDigest.comparison(leader.image().withNextProducerId(7));
        ControllerState one = voterLike(leader);
        ControllerState other = voterLike(leader);

        apply(one, wrong);
        apply(other, wrong);

        assertThat(told)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains("If all of several followers have it, the leader of that term is wrong"));
        goesOn(one);
        goesOn(other);
    }

    @Test
    void ofTwoVotersThatDifferNeitherStops() throws IOException {
        toTheThousandth(leader);
        MetadataImage image = leader.image().withNextProducerId(7);
        ControllerState leading = voterWith(image);
        ControllerState following = voterLike(leader);

        apply(leading, ImageDigest.comparison(image));
        assertThat(told).isEmpty();
        apply(following, ImageDigest.comparison(image));

        assertThat(told)
                .singleElement()
                .satisfies(line ->
                        assertThat(line).contains("Otherwise nobody can tell: copy all metadata directories first"));
        goesOn(leading);
        goesOn(following);
    }

    @Test
    void theWordingOfARememberedRefusalIsNoDifference() throws IOException {
        Command.Builder twice = TestCluster.create(leader.newTopic("orders"));
        twice.getCreateTopicsBuilder()
                .setRequestId(TestCluster.requestId(1))
                .addTopics(twice.getCreateTopics().getTopics(0));
        leader.accepted(twice);
        toTheThousandth(leader);
        // Another version words the refusal of the second topic in its own way.
        ControllerState reworded = voterWith(reworded(leader.image()));

        compare(reworded);

        assertThat(told).isEmpty();
        assertThat(stored(reworded)).isNotEqualTo(stored(leader.state()));
    }

    @Test
    void aVoterThatNeverHadThatRevisionHasNothingToCompare() throws IOException {
        ControllerState early = voterLike(leader);
        toTheThousandth(leader);

        compare(early);

        Command.Builder comparison = ImageDigest.comparison(leader.image());
        leader.accepted(ids());
        ControllerState late = voterLike(leader);
        apply(late, comparison);

        assertThat(told).isEmpty();
    }

    @Test
    void aVoterThatLoadedExactlyThatRevisionCompares() throws IOException {
        toTheThousandth(leader);
        ControllerState voter = voterLike(leader);
        MetadataImage other = leader.image().withNextProducerId(7);

        compare(voter);
        assertThat(told).isEmpty();
        apply(voter, ImageDigest.comparison(other));
        assertThat(told).hasSize(1);
    }

    @Test
    void anotherVersionsDigestIsNotComparedWithOurs() throws IOException {
        toTheThousandth(leader);
        ControllerState voter = voterLike(leader);
        Command.Builder other = ImageDigest.comparison(leader.image().withNextProducerId(7));
        other.getCompareImagesBuilder().setDigestVersion(ImageDigest.VERSION + 1);

        apply(voter, other);

        assertThat(told).isEmpty();
    }

    @Test
    void aComparisonOfAnotherTermIsNoComparison() throws IOException {
        toTheThousandth(leader);
        ControllerState voter = voterLike(leader);
        Command.Builder deposed =
                ImageDigest.comparison(leader.image().withNextProducerId(7)).setTerm(TestCluster.TERM - 1);

        apply(voter, deposed);

        assertThat(told).isEmpty();
    }

    private void compare(ControllerState voter) {
        apply(voter, ImageDigest.comparison(leader.image()));
    }

    private void goesOn(ControllerState voter) {
        long revision = voter.image().revision();
        apply(voter, ids());
        assertThat(voter.image().revision()).isEqualTo(revision + 1);
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
    private ControllerState voterLike(TestCluster cluster) throws IOException {
        return voterWith(cluster.image());
    }

    private static byte[] stored(ControllerState voter) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        voter.capture().writeTo(out);
        return out.toByteArray();
    }

    private static MetadataImage reworded(MetadataImage image) throws IOException {
        MetadataImage[] copy = {MetadataImage.EMPTY};
        Snapshot.records(image, record -> copy[0] = Replay.one(copy[0], reworded(record)));
        return copy[0].withRevision(image.revision());
    }

    private static MetadataRecord reworded(MetadataRecord record) {
        if (!(record instanceof MetadataRecord.RequestAnswered answered)) {
            return record;
        }
        CreateTopicsResponse.Builder answer =
                AnsweredRequests.read(CreateTopicsResponse.parser(), answered.answer()).toBuilder();
        answer.getResultsBuilder(1).getErrorBuilder().setMessage("the same, said otherwise");
        return new MetadataRecord.RequestAnswered(
                answered.requestId(), answer.build().toByteArray());
    }

    private ControllerState voterWith(MetadataImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new StateSnapshot(image, TestCluster.TERM, INDEX).writeTo(out);
        ControllerState voter = new ControllerState(new DeltaListener() {
            @Override
            public void applied(AppliedDelta applied) {
                // The state itself is asked.
            }

            @Override
            public void loaded(MetadataImage image) {
                // As above.
            }

            @Override
            public void differs(String difference) {
                told.add(difference);
            }
        });
        voter.load(new ByteArrayInputStream(out.toByteArray()));
        return voter;
    }
}
