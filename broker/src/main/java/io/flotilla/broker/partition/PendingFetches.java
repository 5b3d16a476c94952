package io.flotilla.broker.partition;

import io.flotilla.broker.log.LogSlice;
import io.flotilla.model.error.FlotillaError;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Consumers' fetches that wait for records below the high watermark. Loop thread only; ends with the leadership. */
final class PendingFetches {
    private final Site site;
    /** In the order of their arrival; each stays until it is answered, so that a log that fails leaves none out. */
    private final Set<ParkedFetch> parked = new LinkedHashSet<>();
    /** High watermark at which the parked were last looked at. */
    private long lookedAt = -1;

    PendingFetches(Site site) {
        this.site = site;
    }

    boolean isEmpty() {
        return parked.isEmpty();
    }

    boolean isFull() {
        return parked.size() >= site.settings().pendingFetchesMax();
    }

    /** Answers the fetch if it can be, else parks it. Its offset is at most the log end. */
    void place(ParkedFetch fetch, long highWatermark, int leaderEpoch) {
        if (fetch.cancelled()) {
            return;
        }
        boolean over = site.nowNanos() - fetch.question().deadlineNanos() >= 0;
        parked.add(fetch);
        if (serve(fetch, highWatermark, leaderEpoch, over)) {
            parked.remove(fetch);
        }
    }

    /** Answers those for which the high watermark has moved far enough. */
    void onHighWatermark(long highWatermark, int leaderEpoch) {
        if (highWatermark == lookedAt) {
            return;
        }
        lookedAt = highWatermark;
        parked.removeIf(fetch -> fetch.cancelled() || serve(fetch, highWatermark, leaderEpoch, false));
    }

    /** Answers those whose wait is over with what there is. */
    void expire(long nowNanos, long highWatermark, int leaderEpoch) {
        parked.removeIf(fetch -> fetch.cancelled()
                || (nowNanos - fetch.question().deadlineNanos() >= 0
                        && serve(fetch, highWatermark, leaderEpoch, true)));
    }

    void cancel(ParkedFetch fetch) {
        parked.remove(fetch);
    }

    void fail(FlotillaError error) {
        List<ParkedFetch> all = List.copyOf(parked);
        parked.clear();
        all.forEach(fetch -> fetch.reply().refuse(error));
    }

    /** Answers the fetch and says so, unless there is too little to answer yet and its wait is not over. */
    private boolean serve(ParkedFetch fetch, long highWatermark, int leaderEpoch, boolean waitIsOver) {
        FetchQuestion question = fetch.question();
        int bytesMax = Math.min(question.maxBytes(), question.maxBatchBytes());
        LogSlice slice = site.log().view().read(question.offset(), bytesMax, highWatermark);
        if (slice == null) {
            fetch.reply()
                    .refuse(site.refusals()
                            .outOfRange(
                                    question.offset(),
                                    site.log().logStart(),
                                    site.log().logEnd()));
            return true;
        }
        if (slice.length() > question.maxBatchBytes()) {
            slice.close();
            fetch.reply().refuse(site.refusals().batchTooLargeForAsker(slice.length(), question.maxBatchBytes()));
            return true;
        }
        if (slice.length() < Math.min(question.minBytes(), bytesMax) && !waitIsOver) {
            slice.close();
            return false;
        }
        fetch.reply().answer(new FetchAnswer(slice, highWatermark, site.log().logStart(), leaderEpoch));
        return true;
    }
}
