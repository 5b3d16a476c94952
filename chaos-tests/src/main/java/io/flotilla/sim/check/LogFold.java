package io.flotilla.sim.check;

/**
 * Something computed from a log batch by batch, which goes on where it stopped when the log has only grown since.
 *
 * <p>That the last batch seen is still there proves that all before it are: a batch's hash covers its offset, epoch and
 * time of append, and replicas that agree on one agree on all before, which is checked elsewhere.
 */
abstract class LogFold {
    private int seen;
    private long lastHash;
    private long logStart = -1;

    /** Takes in what is new, all of it after a truncation. */
    final void follow(StoredLog log) {
        boolean grown = logStart == log.logStart()
                && log.batches().size() >= seen
                && (seen == 0 || log.batches().get(seen - 1).hash() == lastHash);
        if (!grown) {
            seen = 0;
            logStart = log.logStart();
            forget();
        }
        for (; seen < log.batches().size(); seen++) {
            StoredBatch batch = log.batches().get(seen);
            add(batch);
            lastHash = batch.hash();
        }
    }

    /** Whether the log once had batches before the first. */
    final boolean isTrimmed() {
        return logStart > 0;
    }

    /** Starts over. */
    abstract void forget();

    abstract void add(StoredBatch batch);
}
