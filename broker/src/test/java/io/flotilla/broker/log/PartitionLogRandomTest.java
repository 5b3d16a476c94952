package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random operations and crashes against a list of batches; the seed is the parameter. */
class PartitionLogRandomTest {
    private static final int OPERATIONS = 1500;

    private final LogOnDisk world = new LogOnDisk(LogOnDisk.SMALL);

    /** The batches that the log must hold. */
    private final ArrayList<ByteBuffer> model = new ArrayList<>();

    /** Every batch that was ever written: only such may turn up after a crash. */
    private final Set<ByteBuffer> everWritten = new HashSet<>();

    private final ArrayDeque<SyncTicket> tickets = new ArrayDeque<>();
    private int epoch;
    private Random random;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void holdsWhatAListHoldsThroughCrashes(long seed) {
        random = new Random(seed);
        for (int i = 0; i < OPERATIONS; i++) {
            try {
                step(random.nextInt(100));
                check(i % 20 == 0);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", operation " + i, e);
            }
        }
    }

    private void step(int dice) {
        if (dice < 45) {
            append();
        } else if (dice < 60) {
            tickets.add(world.log.beginSync());
        } else if (dice < 75) {
            completeSync();
        } else if (dice < 80) {
            epoch += 1 + random.nextInt(2);
        } else if (dice < 86) {
            truncate();
        } else if (dice < 87) {
            world.log.truncateFullyAndStartAt(world.log.logEnd() + random.nextInt(3));
            model.clear();
        } else if (dice < 89) {
            advanceLogStart();
        } else if (dice < 94) {
            world.checkpoint();
        } else if (dice < 95) {
            world.log.finish();
            world.log.close();
            world.checkpoint();
            restart(true);
        } else {
            world.disk.crash(random);
            restart(false);
        }
    }

    private void append() {
        var batches = new ArrayList<ByteBuffer>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            batches.add(
                    random.nextBoolean()
                            ? Batches.from(random.nextInt(8), epoch, random.nextInt(1000), 1 + random.nextInt(3))
                            : Batches.at(random.nextInt(1000), random.nextInt(1000)));
        }
        var region = Batches.together(batches.toArray(ByteBuffer[]::new));
        if (random.nextBoolean()) {
            world.log.appendAsLeader(region, epoch, random.nextInt());
        } else {
            long offset = world.log.logEnd();
            for (var batch : BatchRegion.of(region)) {
                BatchPatch.assign(batch, offset, epoch, 7);
                offset = batch.nextOffset();
            }
            assertThat(world.log.appendAsFollower(region, epoch)).isInstanceOf(FollowerAppend.Appended.class);
        }
        BatchRegion.of(region).forEach(batch -> {
            model.add(batch.entry());
            everWritten.add(batch.entry());
        });
    }

    private void completeSync() {
        var ticket = tickets.poll();
        if (ticket != null) {
            ticket.run();
            assertThat(ticket.failure()).isNull();
            world.log.completeSync(ticket);
        }
    }

    private void truncate() {
        long start = world.log.logStart();
        long span = world.log.logEnd() - start;
        long target = start + (span == 0 ? 0 : random.nextLong(span + 1));
        long end = world.log.truncateTo(target);
        model.removeIf(batch -> Batches.view(batch).nextOffset() > target);
        assertThat(end).isEqualTo(modelEnd(end)).isLessThanOrEqualTo(target);
        assertThat(world.log.durableEnd()).isLessThanOrEqualTo(end);
    }

    private long modelEnd(long whenEmpty) {
        return model.isEmpty()
                ? whenEmpty
                : Batches.view(model.get(model.size() - 1)).nextOffset();
    }

    private void advanceLogStart() {
        long span = world.log.logEnd() - world.log.logStart();
        long reach = random.nextInt(4) == 0 ? span : span / 2;
        long start = world.log.logStart() + (span == 0 ? 0 : random.nextLong(reach + 1));
        world.log.advanceLogStart(start);
        if (random.nextBoolean()) {
            world.log.givenUp().setAside(world.disk.syncCount());
        }
        if (random.nextBoolean()) {
            world.log.givenUp().delete(random.nextBoolean() ? Long.MAX_VALUE / 2 : 0);
        }
        model.removeIf(batch -> Batches.view(batch).nextOffset() <= start);
    }

    private void restart(boolean clean) {
        tickets.clear();
        long durable = world.log.durableEnd();
        long start = world.log.logStart();
        long end = world.log.logEnd();
        world.open();
        assertThat(world.log.damage()).isNull();
        assertThat(world.log.logEnd()).isBetween(clean ? end : Math.min(durable, end), Long.MAX_VALUE);
        var found = world.content();
        var synced = model.stream()
                .filter(batch -> Batches.view(batch).nextOffset() <= durable)
                .toList();
        var foundSynced = found.stream()
                .filter(batch -> Batches.view(batch).nextOffset() <= durable
                        && Batches.view(batch).nextOffset() > start)
                .toList();
        assertThat(foundSynced).isEqualTo(synced);
        assertThat(everWritten).containsAll(found);
        model.clear();
        model.addAll(found);
        if (!model.isEmpty()) {
            epoch = Math.max(epoch, Batches.view(model.get(model.size() - 1)).leaderEpoch());
        }
    }

    private void check(boolean deep) {
        var log = world.log;
        assertThat(world.failures).isEmpty();
        assertThat(log.logEnd()).isEqualTo(modelEnd(log.logEnd()));
        assertThat(log.durableEnd()).isLessThanOrEqualTo(log.logEnd());
        assertThat(world.noted.recoveryPoint()).isLessThanOrEqualTo(log.durableEnd());
        if (deep) {
            assertThat(world.content()).isEqualTo(model);
            assertThat(LogOnDisk.content(log.view(), log.logStart(), 1 + random.nextInt(1500)))
                    .isEqualTo(model);
            checkState();
            checkTimes();
        }
    }

    private void checkState() {
        var epochs = new EpochHistory();
        var producers = new ProducerState(new ProducerLimits(1000, 0));
        for (var bytes : model) {
            var batch = Batches.view(bytes);
            epochs.note(batch.leaderEpoch(), Math.max(batch.baseOffset(), world.log.logStart()));
            producers.note(batch);
        }
        assertThat(ofBatches(world.log.epochs().starts())).isEqualTo(epochs.starts());
        for (long id = 0; id < 8; id++) {
            var last = lastBatchOf(id);
            if (last != null
                    && producersNewerThan(last) < LogOnDisk.SMALL.producers().max()) {
                assertThat(world.log.producers().check(last))
                        .isEqualTo(new SequenceVerdict.Duplicate(last.baseOffset(), last.lastOffset()));
            }
        }
    }

    /** Without the epoch of the last batch that was given up. */
    private List<EpochHistory.Start> ofBatches(List<EpochHistory.Start> starts) {
        boolean given = !starts.isEmpty()
                && starts.get(0).startOffset() == world.log.logStart()
                && (starts.size() > 1 ? starts.get(1).startOffset() : world.log.logEnd()) == world.log.logStart();
        return given ? starts.subList(1, starts.size()) : starts;
    }

    private BatchView lastBatchOf(long producerId) {
        BatchView last = null;
        for (var bytes : model) {
            var batch = Batches.view(bytes);
            last = batch.producerId() == producerId ? batch : last;
        }
        return last;
    }

    private long producersNewerThan(BatchView batch) {
        return model.stream()
                .map(Batches::view)
                .filter(other -> other.isIdempotent() && other.baseOffset() > batch.baseOffset())
                .map(BatchView::producerId)
                .distinct()
                .count();
    }

    private void checkTimes() {
        long wanted = random.nextInt(1200);
        var view = world.log.view();
        var expected = model.stream()
                .map(Batches::view)
                .filter(batch -> batch.maxTimestampMs() >= wanted)
                .filter(batch -> batch.nextOffset() > view.logStart())
                .findFirst();
        var found = view.findByTimestamp(wanted, Long.MAX_VALUE);
        if (model.isEmpty() || Batches.view(model.get(0)).baseOffset() >= view.logStart()) {
            assertThat(found.isPresent()).isEqualTo(expected.isPresent());
            found.ifPresent(at -> assertThat(at.offset())
                    .isBetween(expected.get().baseOffset(), expected.get().lastOffset()));
            List<Long> times =
                    model.stream().map(b -> Batches.view(b).maxTimestampMs()).toList();
            var newest = view.maxTimestamp(Long.MAX_VALUE);
            assertThat(newest.map(TimestampedOffset::timestampMs))
                    .isEqualTo(times.stream().max(Long::compare));
        }
    }
}
