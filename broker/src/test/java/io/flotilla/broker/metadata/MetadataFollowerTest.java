package io.flotilla.broker.metadata;

import static io.flotilla.broker.metadata.Cluster.ORDERS;
import static io.flotilla.broker.metadata.Cluster.broker;
import static io.flotilla.broker.metadata.Cluster.change;
import static io.flotilla.broker.metadata.Cluster.led;
import static io.flotilla.broker.metadata.Cluster.node;
import static io.flotilla.broker.metadata.Cluster.orders;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.metadata.FeedMessage.DeltaPart;
import io.flotilla.broker.metadata.FeedMessage.Progress;
import io.flotilla.broker.metadata.FeedMessage.SnapshotPart;
import io.flotilla.broker.metadata.MetadataFeed.ResumePoint;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.Snapshot;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MetadataFollowerTest {
    private static final long SILENCE_MS = 2_000;
    private static final FlotillaError BROKEN = FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "UNAVAILABLE");

    private final SimulatedLoop loop = new SimulatedLoop();
    private final ScriptedFeed feed = new ScriptedFeed();
    private final List<MetadataChange> changes = new ArrayList<>();
    private final List<Endpoint> controllers = new ArrayList<>();
    private final List<FeedOutage> outages = new ArrayList<>();
    private final List<FlotillaError> refusals = new ArrayList<>();
    private final AppliedMetadata applied = new AppliedMetadata(loop, List.of(changes::add));
    private final MetadataFollower follower = new MetadataFollower(
            loop,
            feed,
            new FollowerSettings(List.of(node(1), node(2), node(3)), Backoff.fast(), SILENCE_MS * 1_000_000),
            applied,
            new FollowerEvents() {
                @Override
                public void onActiveController(Endpoint controller) {
                    controllers.add(controller);
                }

                @Override
                public void onOutage(FeedOutage outage) {
                    outages.add(outage);
                }

                @Override
                public void onRefused(FlotillaError reason) {
                    refusals.add(reason);
                }
            });

    @Test
    void aSnapshotIsAppliedWholeWhenItsLastPartHasCome() {
        follow();
        List<MetadataRecord> records = records(threeBrokers());

        feed.latest().says(new SnapshotPart("h1", 3, records.subList(0, 2), false));
        loop.run();
        assertThat(applied.image()).isEqualTo(MetadataImage.EMPTY);

        feed.latest().says(new SnapshotPart("h1", 3, records.subList(2, records.size()), true));
        loop.run();
        assertThat(applied.image()).usingRecursiveComparison().isEqualTo(threeBrokers());
        assertThat(changes).hasSize(1);
        assertThat(feed.latest().processed).isEqualTo(2);
    }

    @Test
    void aRevisionInPartsIsAppliedAsOne() {
        followFrom(threeBrokers());
        MetadataRecord[] topic = orders(led(1, 0, 0), led(2, 0, 0));

        feed.latest().says(new DeltaPart(3, 4, List.of(topic[0], topic[1]), false));
        loop.run();
        assertThat(applied.image().revision()).isEqualTo(3);

        feed.latest().says(new DeltaPart(3, 4, List.of(topic[2]), true));
        loop.run();
        assertThat(applied.image().revision()).isEqualTo(4);
        assertThat(changes).last().satisfies(last -> {
            assertThat(last.before().revision()).isEqualTo(3);
            assertThat(last.delta().orElseThrow().records()).containsExactly(topic);
        });
    }

    @Test
    void afterABrokenStreamTheNextNodeResumesWhereTheFirstOneEnded() {
        followFrom(threeBrokers());
        feed.latest().says(new DeltaPart(3, 4, List.of(orders(led(1, 0, 0))), true));
        loop.run();

        feed.latest().breaks(BROKEN);
        loop.pass(20);

        assertThat(feed.latest().node).isEqualTo(node(2));
        assertThat(feed.latest().from).isEqualTo(new ResumePoint("h1", 4));
        feed.latest().says(new DeltaPart(4, 5, List.of(new PartitionSet(ORDERS, 0, led(2, 1, 1))), true));
        loop.run();
        assertThat(applied.image().revision()).isEqualTo(5);
    }

    @Test
    void halfARevisionDiesWithItsStream() {
        followFrom(threeBrokers());
        MetadataRecord[] topic = orders(led(1, 0, 0), led(2, 0, 0));
        feed.latest().says(new DeltaPart(3, 4, List.of(topic[0], topic[1]), false));
        feed.latest().breaks(BROKEN);
        loop.pass(20);

        feed.latest().says(new DeltaPart(3, 4, List.of(topic), true));
        loop.run();

        assertThat(applied.image().topics().named("orders").orElseThrow().partitions())
                .hasSize(2);
    }

    @Test
    void aSnapshotInsteadOfTheMissedRevisionsSkipsThem() {
        followFrom(threeBrokers());
        feed.latest().breaks(BROKEN);
        loop.pass(20);
        MetadataImage later =
                change(threeBrokers(), orders(led(1, 0, 0))).after().withRevision(900);

        feed.latest().says(snapshot(later));
        loop.run();

        assertThat(applied.image()).usingRecursiveComparison().isEqualTo(later);
        assertThat(changes).last().satisfies(last -> assertThat(last.delta()).isEmpty());
    }

    @Test
    void aNodeThatLagsBehindIsWaitedForAndThenLeft() {
        followFrom(threeBrokers().withRevision(40));
        feed.latest().breaks(BROKEN);
        loop.pass(20);
        assertThat(feed.latest().node).isEqualTo(node(2));

        loop.pass(SILENCE_MS + 50);

        assertThat(feed.opened.get(feed.opened.size() - 2).closed).isTrue();
        assertThat(feed.latest().node).isEqualTo(node(3));
        assertThat(feed.latest().from).isEqualTo(new ResumePoint("h1", 40));
        assertThat(applied.image().revision()).isEqualTo(40);
    }

    @Test
    void anOlderSnapshotNeverTakesTheMetadataBack() {
        followFrom(threeBrokers().withRevision(40));

        feed.latest().says(snapshot(threeBrokers().withRevision(39)));
        loop.pass(20);

        assertThat(applied.image().revision()).isEqualTo(40);
        assertThat(feed.latest().node).isEqualTo(node(2));
    }

    @Test
    void aGapDropsTheStreamAndResumes() {
        followFrom(threeBrokers());

        feed.latest().says(new DeltaPart(4, 5, List.of(new BrokerSet(broker(4, 5))), true));
        loop.pass(20);

        assertThat(applied.image().revision()).isEqualTo(3);
        assertThat(feed.opened.get(0).closed).isTrue();
        assertThat(feed.latest().from).isEqualTo(new ResumePoint("h1", 3));
    }

    @Test
    void whatAnAbandonedStreamStillSaysIsDropped() {
        followFrom(threeBrokers());
        ScriptedFeed.Opened first = feed.latest();
        first.breaks(BROKEN);
        loop.pass(20);

        first.says(new DeltaPart(3, 4, List.of(new BrokerSet(broker(4, 4))), true));
        first.breaks(BROKEN);
        loop.pass(50);

        assertThat(applied.image().revision()).isEqualTo(3);
        assertThat(feed.opened).hasSize(2);
    }

    @Test
    void refusedConnectionsRotateThroughTheNodesFasterThanASecond() {
        follow();

        for (int attempt = 0; attempt < 6; attempt++) {
            feed.latest().breaks(BROKEN);
            loop.pass(200);
        }

        assertThat(feed.opened)
                .extracting(opened -> opened.node.host())
                .startsWith("node1", "node2", "node3", "node1", "node2", "node3", "node1");
    }

    @Test
    void anOutageIsToldAfterTenSecondsAndThenEveryMinute() {
        followFrom(threeBrokers());

        loseFeedFor(9_900);
        assertThat(outages).isEmpty();
        loseFeedFor(200);
        assertThat(outages).extracting(FeedOutage::seconds).containsExactly(10L);
        loseFeedFor(121_000);
        assertThat(outages).extracting(FeedOutage::seconds).containsExactly(10L, 70L, 130L);
        assertThat(outages).last().satisfies(outage -> {
            assertThat(outage.reasons()).containsOnlyKeys(node(1), node(2), node(3));
            assertThat(outage)
                    .asString()
                    .contains("for 130 s", "revision 3", "node2:9093", "UNAVAILABLE", "controller.quorum.bootstrap");
        });
    }

    @Test
    void anOutageIsOverWithTheFirstWordOfAnyNode() {
        followFrom(threeBrokers());
        loseFeedFor(15_000);

        feed.latest().says(new Progress(3, 2, "node2:9093"));
        for (int i = 0; i < 100; i++) {
            loop.pass(1_000);
            feed.latest().says(new Progress(3, 2, "node2:9093"));
            loop.run();
        }

        assertThat(outages).hasSize(1);
    }

    @Test
    void whoStoppedIsNotToldOfOutages() {
        followFrom(threeBrokers());
        loseFeedFor(1_000);

        follower.stop();
        loop.pass(100_000);

        assertThat(outages).isEmpty();
    }

    /** Every stream that is opened meanwhile breaks. */
    private void loseFeedFor(long ms) {
        for (long passed = 0; passed < ms; passed += 100) {
            feed.latest().breaks(BROKEN);
            loop.pass(100);
        }
    }

    @Test
    void progressKeepsAnIdleStreamAliveAndNamesTheController() {
        followFrom(threeBrokers());

        for (int i = 0; i < 5; i++) {
            loop.pass(SILENCE_MS - 500);
            feed.latest().says(new Progress(3, 2, "node2:9093"));
            loop.run();
        }

        assertThat(feed.opened).hasSize(1);
        assertThat(controllers).containsOnly(node(2));
        assertThat(applied.controllerId()).isEqualTo(2);
    }

    @Test
    void anotherClustersNodeIsNotTriedAgain() {
        follow();

        feed.latest().breaks(FlotillaError.notApplied(ErrorCode.INCONSISTENT_CLUSTER_ID, "cluster c2, not c1"));
        loop.pass(10_000);

        assertThat(refusals).extracting(FlotillaError::code).containsExactly(ErrorCode.INCONSISTENT_CLUSTER_ID);
        assertThat(feed.opened).hasSize(1);
    }

    @Test
    void whoWaitsForARevisionGetsTheFirstImageThatHasItAfterAllListeners() {
        followFrom(threeBrokers());
        CompletableFuture<MetadataImage> four = applied.reached(4);
        CompletableFuture<MetadataImage> given = applied.reached(4);
        loop.run();
        given.cancel(false);
        assertThat(applied.reached(3)).isCompletedWithValue(applied.image());
        assertThat(four).isNotDone();

        feed.latest().says(snapshot(threeBrokers().withRevision(7)));
        loop.run();

        assertThat(four.join().revision()).isEqualTo(7);
        assertThat(changes).hasSize(2);
    }

    @Test
    void theReplicasAreToldBeforeReadersSeeAChangeAndTheOthersAfter() {
        List<Long> seen = new ArrayList<>();
        AppliedMetadata[] metadata = new AppliedMetadata[1];
        MetadataListener look = change -> seen.add(metadata[0].image().revision());
        metadata[0] = new AppliedMetadata(loop, List.of(look, look));

        metadata[0].apply(change(threeBrokers(), new BrokerSet(broker(4, 4))));

        assertThat(seen).containsExactly(0L, 4L);
    }

    @Test
    void stoppedItFollowsNobody() {
        followFrom(threeBrokers());

        follower.stop();
        loop.run();
        feed.latest().says(new DeltaPart(3, 4, List.of(), true));
        loop.pass(10_000);

        assertThat(feed.latest().closed).isTrue();
        assertThat(feed.opened).hasSize(1);
        assertThat(applied.image().revision()).isEqualTo(3);
    }

    private void follow() {
        follower.start();
        loop.run();
        assertThat(feed.latest().node).isEqualTo(node(1));
    }

    private void followFrom(MetadataImage image) {
        follow();
        feed.latest().says(snapshot(image));
        loop.run();
    }

    private static SnapshotPart snapshot(MetadataImage image) {
        return new SnapshotPart(image.historyId(), image.revision(), records(image), true);
    }

    private static List<MetadataRecord> records(MetadataImage image) {
        List<MetadataRecord> records = new ArrayList<>();
        Snapshot.records(image, records::add);
        return records;
    }
}
