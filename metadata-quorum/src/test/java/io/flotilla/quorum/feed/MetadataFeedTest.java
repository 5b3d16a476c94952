package io.flotilla.quorum.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.ClusterNamed;
import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.delta.MetadataRecord.ProducerIdsReserved;
import io.flotilla.model.delta.Replay;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.MetadataRecords;
import io.flotilla.proto.internal.v1.FollowRequest;
import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.quorum.command.AppliedDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataFeedTest {
    private static final FeedConfig CONFIG = new FeedConfig(10, 1 << 20, 3, 1 << 10);

    private Optional<ControllerLocator.Location> controller = Optional.empty();
    private final MetadataFeed feed = new MetadataFeed(CONFIG, Runnable::run, () -> controller);
    private MetadataImage image = MetadataImage.EMPTY;

    @Test
    void whoStartsWithNothingGetsASnapshotAndThenTheDeltasAfterIt() {
        revisions(5);
        Watcher watcher = new Watcher("", 0);

        revisions(2);

        assertThat(watcher.snapshots()).isEqualTo(1);
        assertThat(watcher.deltas()).containsExactly(6L, 7L);
        assertThat(watcher.image).usingRecursiveComparison().isEqualTo(image);
    }

    @Test
    void whoResumesGetsTheDeltasThatItMissed() {
        revisions(8);

        Watcher watcher = new Watcher("h1", 5);

        assertThat(watcher.sink.messages).noneMatch(FollowResponse::hasSnapshot);
        assertThat(watcher.deltas()).containsExactly(6L, 7L, 8L);
    }

    @Test
    void whoComesTooLateForTheRingStartsOver() {
        revisions(30);

        Watcher watcher = new Watcher("h1", 5);

        assertThat(watcher.snapshots()).isEqualTo(1);
        assertThat(watcher.image).usingRecursiveComparison().isEqualTo(image);
    }

    @Test
    void theRingIsBoundedByBytesToo() {
        MetadataFeed small = new MetadataFeed(new FeedConfig(1000, 200, 3, 100), Runnable::run, () -> controller);
        for (int i = 0; i < 50; i++) {
            small.applied(next(List.of(new ProducerIdsReserved(1000L * i + 1))));
        }
        RecordingSink early = new RecordingSink();
        small.follow(request("h1", 20), early);
        RecordingSink late = new RecordingSink();
        small.follow(request("h1", 49), late);

        assertThat(early.messages.get(0).hasSnapshot()).isTrue();
        assertThat(late.messages.get(0).hasDelta()).isTrue();
    }

    @Test
    void anotherHistoryStartsOver() {
        revisions(5);

        Watcher watcher = new Watcher("h0", 4);

        assertThat(watcher.snapshots()).isEqualTo(1);
        assertThat(watcher.image).usingRecursiveComparison().isEqualTo(image);
    }

    @Test
    void whoIsAheadHearsNothingUntilThisNodeHasCaughtUp() {
        revisions(5);
        MetadataImage behind = image;
        RecordingSink sink = new RecordingSink();
        feed.follow(request("h1", 7), sink);

        feed.tick();
        revisions(1);
        feed.tick();
        assertThat(sink.messages).isEmpty();
        revisions(1);
        feed.tick();
        assertThat(sink.messages)
                .singleElement()
                .satisfies(message ->
                        assertThat(message.getProgress().getRevision()).isEqualTo(7));
        revisions(1);

        assertThat(behind.revision()).isEqualTo(5);
        assertThat(sink.messages.get(1).getDelta().getPreviousRevision()).isEqualTo(7);
    }

    @Test
    void nothingIsSaidBeforeTheClusterHasAnIdentity() {
        Watcher watcher = new Watcher("", 0);
        assertThat(watcher.sink.messages).hasSize(1);
        assertThat(watcher.sink.messages.get(0).hasProgress()).isTrue();

        revisions(1);
        watcher.drain();

        assertThat(watcher.image).usingRecursiveComparison().isEqualTo(image);
    }

    @Test
    void aLargeDeltaComesInChunksOfWhichTheLastIsMarked() {
        revisions(1);
        Watcher watcher = new Watcher("", 0);
        List<MetadataRecord> records = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            records.add(new ProducerIdsReserved(i));
        }

        feed.applied(next(records));

        List<FollowResponse> chunks =
                watcher.sink.messages.stream().filter(FollowResponse::hasDelta).toList();
        watcher.drain();
        assertThat(chunks)
                .extracting(chunk -> chunk.getDelta().getRecordsCount())
                .containsExactly(3, 3, 2);
        assertThat(chunks).extracting(chunk -> chunk.getDelta().getLast()).containsExactly(false, false, true);
        assertThat(watcher.image).usingRecursiveComparison().isEqualTo(image);
    }

    @Test
    void aSlowWatcherIsDroppedToASnapshotAndNeverPilesUp() {
        revisions(1);
        Watcher watcher = new Watcher("", 0);
        watcher.sink.credit = 0;
        int heard = watcher.sink.messages.size();

        revisions(100);
        assertThat(watcher.sink.messages).hasSize(heard);
        watcher.sink.credit = 1000;
        watcher.subscription.pump();
        watcher.drain();

        assertThat(watcher.snapshots()).isEqualTo(2);
        assertThat(watcher.deltas()).isEmpty();
        assertThat(watcher.image).usingRecursiveComparison().isEqualTo(image);
    }

    @Test
    void anIdleFeedSaysThatItIsAliveAndWhoTheControllerIs() {
        revisions(3);
        Watcher watcher = new Watcher("", 0);
        feed.tick();
        int heard = watcher.sink.messages.size();

        feed.tick();
        controller = Optional.of(new ControllerLocator.Location(2, "127.0.0.1:9103"));
        feed.controllerChanged();

        List<FollowResponse> news = watcher.sink.messages.subList(heard, watcher.sink.messages.size());
        assertThat(news).allMatch(FollowResponse::hasProgress).hasSize(2);
        assertThat(news.get(0).getProgress().getActiveControllerId()).isEqualTo(-1);
        assertThat(news.get(1).getProgress().getRevision()).isEqualTo(3);
        assertThat(news.get(1).getProgress().getActiveControllerId()).isEqualTo(2);
        assertThat(news.get(1).getProgress().getActiveControllerEndpoint()).isEqualTo("127.0.0.1:9103");
    }

    @Test
    void aSnapshotFromTheQuorumTakesWatchersAlong() {
        revisions(3);
        Watcher watcher = new Watcher("", 0);
        for (int i = 0; i < 5; i++) {
            next(List.of(new ProducerIdsReserved(77 + i)));
        }

        feed.loaded(image);
        revisions(1);
        watcher.drain();

        assertThat(watcher.snapshots()).isEqualTo(2);
        assertThat(watcher.deltas()).containsExactly(9L);
        assertThat(watcher.image).usingRecursiveComparison().isEqualTo(image);
    }

    @Test
    void aStrangerIsRefused() {
        revisions(1);
        RecordingSink sink = new RecordingSink();

        feed.follow(FollowRequest.newBuilder().setClusterId("c2").build(), sink);
        revisions(1);

        assertThat(sink.failure.code()).isEqualTo(ErrorCode.INCONSISTENT_CLUSTER_ID);
        assertThat(sink.messages).isEmpty();
    }

    @Test
    void aBrokenCallDisturbsNobodyElse() {
        revisions(1);
        RecordingSink broken = new RecordingSink();
        feed.follow(request("", 0), broken);
        Watcher other = new Watcher("", 0);
        broken.breaks = true;

        revisions(2);

        other.drain();
        assertThat(other.deltas()).containsExactly(2L, 3L);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void watchersOfAnySpeedEndWithThePrefixThatTheyWereTold(long seed) {
        Random random = new Random(seed);
        revisions(1);
        List<Watcher> watchers = new ArrayList<>();
        for (int step = 0; step < 2000; step++) {
            if (random.nextInt(50) == 0) {
                watchers.add(new Watcher("", 0));
            }
            if (random.nextInt(200) == 0) {
                feed.loaded(image);
            }
            revisions(random.nextInt(3));
            for (Watcher watcher : watchers) {
                watcher.sink.credit = random.nextInt(4);
                watcher.subscription.pump();
                watcher.drain();
            }
        }
        for (Watcher watcher : watchers) {
            watcher.sink.credit = Integer.MAX_VALUE;
            watcher.subscription.pump();
            watcher.drain();
            assertThat(watcher.image).usingRecursiveComparison().isEqualTo(image);
        }
    }

    /** Makes so many revisions of one record each; the first names the cluster. */
    private void revisions(int count) {
        for (int i = 0; i < count; i++) {
            feed.applied(
                    image.bootstrapped()
                            ? next(List.of(new ProducerIdsReserved(image.nextProducerId() + 1000)))
                            : next(List.of()));
        }
    }

    private AppliedDelta next(List<MetadataRecord> records) {
        List<MetadataRecord> all = image.bootstrapped()
                ? records
                : List.of(new ClusterNamed("c1", "h1"), new FeatureLevelSet(1), new ProducerIdsReserved(7));
        MetadataDelta delta = new MetadataDelta(image.revision(), image.revision() + 1, all);
        image = delta.applyTo(image);
        return new AppliedDelta(delta, image, 42, "a test", List.of());
    }

    private static FollowRequest request(String history, long revision) {
        return FollowRequest.newBuilder()
                .setClusterId("c1")
                .setHistoryId(history)
                .setFromRevision(revision)
                .setBrokerId(1)
                .build();
    }

    private static final class RecordingSink implements FeedSink {
        final List<FollowResponse> messages = new ArrayList<>();
        FlotillaError failure = FlotillaError.notApplied(ErrorCode.UNKNOWN_SERVER_ERROR, "none");
        int credit = Integer.MAX_VALUE;
        boolean breaks;

        @Override
        public boolean ready() {
            return credit > 0;
        }

        @Override
        public void send(FollowResponse message) {
            if (breaks) {
                throw new IllegalStateException("the call is over");
            }
            credit--;
            messages.add(message);
        }

        @Override
        public void fail(FlotillaError error) {
            failure = error;
        }
    }

    /** Builds its image from what it hears, as a broker does, and checks that nothing is missing between. */
    private final class Watcher {
        final RecordingSink sink = new RecordingSink();
        final MetadataFeed.Subscription subscription;
        final List<MetadataRecord> parts = new ArrayList<>();
        MetadataImage image = MetadataImage.EMPTY;
        private int read;

        Watcher(String history, long revision) {
            subscription = feed.follow(request(history, revision), sink);
            if (history.isEmpty()) {
                drain();
            }
        }

        long snapshots() {
            drain();
            return sink.messages.stream()
                    .filter(message ->
                            message.hasSnapshot() && message.getSnapshot().getLast())
                    .count();
        }

        List<Long> deltas() {
            return sink.messages.stream()
                    .filter(FollowResponse::hasDelta)
                    .map(message -> message.getDelta().getRevision())
                    .distinct()
                    .toList();
        }

        void drain() {
            for (; read < sink.messages.size(); read++) {
                FollowResponse message = sink.messages.get(read);
                if (message.hasSnapshot()) {
                    message.getSnapshot()
                            .getRecordsList()
                            .forEach(record -> parts.add(MetadataRecords.ofMessage(record)));
                    if (message.getSnapshot().getLast()) {
                        image = Replay.all(MetadataImage.EMPTY, parts)
                                .withRevision(message.getSnapshot().getRevision());
                        parts.clear();
                    }
                } else if (message.hasDelta()) {
                    message.getDelta().getRecordsList().forEach(record -> parts.add(MetadataRecords.ofMessage(record)));
                    if (message.getDelta().getLast()) {
                        image = new MetadataDelta(
                                        message.getDelta().getPreviousRevision(),
                                        message.getDelta().getRevision(),
                                        parts)
                                .applyTo(image);
                        parts.clear();
                    }
                } else {
                    assertThat(message.getProgress().getRevision()).isEqualTo(image.revision());
                }
            }
        }
    }
}
