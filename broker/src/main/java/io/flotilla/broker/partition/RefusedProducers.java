package io.flotilla.broker.partition;

import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchLayout;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Producers one of whose batches this partition refused, whoever led it then: what a new one sent after that is out of
 * order, not unknown (R20). Any thread. Bounded; the smallest ids, mostly the oldest, go first, and then only the name
 * of an error changes.
 */
final class RefusedProducers {
    private static final int PRODUCERS_MAX = 1_024;

    private final ConcurrentSkipListSet<Long> ids = new ConcurrentSkipListSet<>();
    private final AtomicInteger size = new AtomicInteger();

    /** Notes whose batches these are, unless they are no batches at all. */
    void note(ByteBuffer batches) {
        int position = batches.position();
        if (BatchCheck.prefix(batches, position, batches.limit(), batches.remaining()) != null) {
            return;
        }
        long id = BatchView.at(batches, position).producerId();
        if (id != BatchLayout.NO_PRODUCER_ID && ids.add(id) && size.incrementAndGet() > PRODUCERS_MAX) {
            ids.pollFirst();
            size.decrementAndGet();
        }
    }

    boolean contains(long producerId) {
        return ids.contains(producerId);
    }
}
