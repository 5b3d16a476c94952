package io.flotilla.broker.log;

import io.flotilla.model.record.BatchView;
import java.util.List;

/**
 * What the batches of a log leave behind besides their bytes: which epochs wrote what, and what producers wrote last.
 * Owned by the log's loop thread.
 */
final class BatchTrail {
    private final LogHome home;
    private final EpochHistory epochs;
    private ProducerState producers;

    BatchTrail(LogHome home, EpochHistory epochs, ProducerState producers) {
        this.home = home;
        this.epochs = epochs;
        this.producers = producers;
    }

    EpochHistory epochs() {
        return epochs;
    }

    /** Valid until batches are cut off. */
    ProducerState producers() {
        return producers;
    }

    void note(BatchView batch) {
        epochs.note(batch.leaderEpoch(), batch.baseOffset());
        producers.note(batch);
    }

    /** The log ends here now; the segments hold what is left. */
    void cutAt(long end, List<Segment> segments) {
        epochs.truncateTo(end);
        if (!producers.isUntouchedByCutAt(end)) {
            producers = ProducerRebuild.upTo(home, segments, end);
        }
    }

    void clear() {
        epochs.clear();
        producers = new ProducerState(home.config().producers());
    }
}
