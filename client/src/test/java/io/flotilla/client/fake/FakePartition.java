package io.flotilla.client.fake;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.proto.v1.RecordBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One partition's log, shared by whichever broker leads it: what a committed log looks like to clients. */
final class FakePartition {
    private static final int REMEMBERED = 5;

    final Deque<Fault> faults = new ArrayDeque<>();
    private final List<RecordBatch> log = new ArrayList<>();
    private final Map<Long, ProducerState> producers = new TreeMap<>();
    private final TreeMap<Integer, Long> epochStarts = new TreeMap<>();
    private int leader;
    private int leaderEpoch;
    private int partitionEpoch;
    private long logStart;
    private long logEnd;

    /** What is known of one idempotent producer. */
    private static final class ProducerState {
        private int nextSequence;
        private final Deque<RecordBatch> last = new ArrayDeque<>();
    }

    /** Where a batch is, or why it is not. */
    record Appended(
            long baseOffset,
            long lastOffset,
            boolean duplicate,
            @Nullable FlotillaError error) {}

    FakePartition(int leader) {
        this.leader = leader;
    }

    int leader() {
        return leader;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    int partitionEpoch() {
        return partitionEpoch;
    }

    long logStart() {
        return logStart;
    }

    long logEnd() {
        return logEnd;
    }

    List<RecordBatch> log() {
        return List.copyOf(log);
    }

    void moveTo(int broker) {
        leader = broker;
        leaderEpoch++;
        partitionEpoch++;
    }

    void forgetProducers() {
        producers.clear();
    }

    /** Drops batches below an offset, as retention does. */
    void deleteBelow(long offset) {
        log.removeIf(batch -> batch.getBaseOffset() + batch.getLastOffsetDelta() < offset);
        logStart = Math.max(logStart, offset);
    }

    /** Loses the end of the log, as an unclean election does. */
    void truncateTo(long offset) {
        log.removeIf(batch -> batch.getBaseOffset() + batch.getLastOffsetDelta() >= offset);
        logEnd = offset;
        epochStarts.values().removeIf(start -> start >= offset);
    }

    /** Flips a bit of the batch that holds an offset. */
    void damage(long offset) {
        log.replaceAll(batch -> batch.getBaseOffset() == offset
                ? batch.toBuilder().setCrc(batch.getCrc() ^ 1).build()
                : batch);
    }

    Appended append(RecordBatch batch) {
        ProducerState state = null;
        if (batch.getProducerId() >= 0) {
            state = producers.get(batch.getProducerId());
            Appended known = state == null ? null : duplicate(state, batch);
            if (known != null) {
                return known;
            }
            int expected = state == null ? 0 : state.nextSequence;
            if (batch.getBaseSequence() != expected) {
                ErrorCode code = state == null ? ErrorCode.UNKNOWN_PRODUCER_ID : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
                return refused(code, "sequence " + batch.getBaseSequence() + " where " + expected + " is expected");
            }
            state = producers.computeIfAbsent(batch.getProducerId(), id -> new ProducerState());
        }
        RecordBatch stored = batch.toBuilder()
                .setBaseOffset(logEnd)
                .setLeaderEpoch(leaderEpoch)
                .setAppendTimeMs(batch.getMaxTimestampMs())
                .build();
        log.add(stored);
        epochStarts.putIfAbsent(leaderEpoch, logEnd);
        logEnd += batch.getLastOffsetDelta() + 1;
        if (state != null) {
            state.nextSequence = batch.getBaseSequence() + batch.getLastOffsetDelta() + 1;
            state.last.addLast(stored);
            if (state.last.size() > REMEMBERED) {
                state.last.removeFirst();
            }
        }
        return new Appended(stored.getBaseOffset(), logEnd - 1, false, null);
    }

    private static @Nullable Appended duplicate(ProducerState state, RecordBatch batch) {
        for (RecordBatch stored : state.last) {
            if (stored.getBaseSequence() == batch.getBaseSequence()
                    && stored.getRecordCount() == batch.getRecordCount()) {
                long last = stored.getBaseOffset() + stored.getLastOffsetDelta();
                return new Appended(stored.getBaseOffset(), last, true, null);
            }
        }
        return null;
    }

    static Appended refused(ErrorCode code, String message) {
        return new Appended(-1, -1, false, FlotillaError.notApplied(code, message));
    }

    /** The largest epoch at most the asked one, and where it ends; (-1, -1) when there is none. */
    long[] endOfEpoch(int asked) {
        Map.Entry<Integer, Long> found = epochStarts.floorEntry(asked);
        if (found == null) {
            return new long[] {-1, -1};
        }
        Map.Entry<Integer, Long> next = epochStarts.higherEntry(found.getKey());
        return new long[] {found.getKey(), next == null ? logEnd : next.getValue()};
    }
}
