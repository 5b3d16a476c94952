package io.flotilla.broker.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Producer state from a log's own bytes: from the newest snapshot that still holds, then batch by batch. */
final class ProducerRebuild {
    private ProducerRebuild() {}

    /** A snapshot: the state after all batches below the offset. */
    record Snapshot(long offset, ProducerState producers) {}

    /** The state that the batches below {@code end} give. */
    static ProducerState upTo(LogHome home, List<Segment> segments, long end) {
        var snapshot = newestSnapshot(home, end);
        var producers = snapshot == null ? new ProducerState(home.config().producers()) : snapshot.producers();
        long from = snapshot == null ? segments.get(0).baseOffset() : snapshot.offset();
        for (var segment : segments) {
            if (segment.nextOffset() > from) {
                int position = segment.index().positionAtOrBelow(from - segment.baseOffset());
                var cursor = new BatchCursor(segment.file(), position, segment.sizeBytes());
                while (cursor.advance()) {
                    if (cursor.batch().baseOffset() >= from) {
                        producers.note(cursor.batch());
                    }
                }
                if (cursor.defect() != null) {
                    throw new CorruptLogException(
                            Math.max(segment.baseOffset(), cursor.nextOffset()),
                            segment + " is damaged at byte " + cursor.nextPosition());
                }
            }
        }
        return producers;
    }

    /** The newest sound snapshot at or below the offset, null without one. */
    static @Nullable Snapshot newestSnapshot(LogHome home, long atMost) {
        var names = home.disk().list(home.folder());
        for (int i = names.size() - 1; i >= 0; i--) {
            var offset = LogFiles.offsetIn(names.get(i), LogFiles.PRODUCERS);
            if (offset.isPresent() && offset.getAsLong() <= atMost) {
                var bytes =
                        CheckedFile.read(home.disk(), home.path(names.get(i))).bytes();
                var state = bytes == null
                        ? null
                        : ProducerState.decode(bytes, home.config().producers());
                if (state != null) {
                    return new Snapshot(offset.getAsLong(), state);
                }
            }
        }
        return null;
    }
}
