package io.flotilla.broker.partition;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;

/** Reads anywhere, from whoever takes itself for the leader, and asks for the end of the log. */
final class SimReader {
    private final SimWorld world;
    private int endsTold;

    SimReader(SimWorld world) {
        this.world = world;
    }

    void next() {
        Partition partition =
                world.brokers.get(1 + world.random.nextInt(SimWorld.BROKERS)).partition();
        if (partition != null) {
            long end = world.checker.acknowledgedEnd();
            if (world.chance(0.5)) {
                fetch(partition, end == 0 ? 0 : world.random.nextLong(end + 2));
            } else {
                partition.findOffset(
                        new OffsetQuestion(Partition.ANY_EPOCH, OffsetSpec.LATEST, 0, Long.MAX_VALUE), latest(end));
            }
        }
        world.between(1, 60, this::next);
    }

    private void fetch(Partition partition, long offset) {
        long deadline = world.clock.nanos() + world.random.nextInt(500) * SimWorld.MS;
        partition.fetch(
                new FetchQuestion(Partition.ANY_EPOCH, offset, 500, 1, deadline, 1 << 20), new Reply<FetchAnswer>() {
                    @Override
                    public void answer(FetchAnswer answer) {
                        try (var records = answer.records()) {
                            for (BatchView batch : BatchRegion.of(records.copy())) {
                                SimChecker.check(
                                        batch.nextOffset() <= answer.highWatermark(),
                                        "%s was served above the watermark %d",
                                        batch,
                                        answer.highWatermark());
                                world.checker.read(batch.baseOffset(), TestBatches.values(batch.entry()));
                            }
                        }
                    }

                    @Override
                    public void refuse(FlotillaError error) {
                        // asked of the wrong one, or too far ahead
                    }
                });
    }

    /** The end of the log is never below what had been acknowledged when the question came (R15). */
    private Reply<OffsetSearch> latest(long acknowledgedEnd) {
        return new Reply<>() {
            @Override
            public void answer(OffsetSearch search) {
                long latest = search.run().offset();
                endsTold++;
                SimChecker.check(
                        latest >= acknowledgedEnd,
                        "the end is told as %d, %d was acknowledged",
                        latest,
                        acknowledgedEnd);
            }

            @Override
            public void refuse(FlotillaError error) {
                // not the leader, or it cannot know
            }
        };
    }

    int endsTold() {
        return endsTold;
    }
}
