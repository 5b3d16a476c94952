package io.flotilla.quorum.feed;

import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.Snapshot;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.MetadataRecords;
import io.flotilla.proto.internal.v1.DeltaChunk;
import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.proto.internal.v1.SnapshotChunk;
import io.flotilla.quorum.command.AppliedDelta;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;

/** Cuts records into messages of bounded size, one after the other as they are asked for; the last one is marked. */
final class Chunks implements Iterator<FollowResponse> {
    private final List<MetadataRecord> records;
    private final FeedConfig config;
    private final BiFunction<List<io.flotilla.proto.internal.v1.MetadataRecord>, Boolean, FollowResponse> message;
    private int next;
    private boolean done;

    private Chunks(
            List<MetadataRecord> records,
            FeedConfig config,
            BiFunction<List<io.flotilla.proto.internal.v1.MetadataRecord>, Boolean, FollowResponse> message) {
        this.records = records;
        this.config = config;
        this.message = message;
    }

    static Chunks ofDelta(AppliedDelta applied, FeedConfig config) {
        return new Chunks(
                applied.delta().records(),
                config,
                (part, last) -> FollowResponse.newBuilder()
                        .setDelta(DeltaChunk.newBuilder()
                                .setPreviousRevision(applied.delta().previousRevision())
                                .setRevision(applied.delta().revision())
                                .addAllRecords(part)
                                .setLast(last)
                                .setDecidedAtMs(applied.decidedAtMs()))
                        .build());
    }

    static Chunks ofSnapshot(MetadataImage image, FeedConfig config) {
        List<MetadataRecord> records = new ArrayList<>();
        Snapshot.records(image, records::add);
        return new Chunks(
                records,
                config,
                (part, last) -> FollowResponse.newBuilder()
                        .setSnapshot(SnapshotChunk.newBuilder()
                                .setHistoryId(image.historyId())
                                .setRevision(image.revision())
                                .addAllRecords(part)
                                .setLast(last))
                        .build());
    }

    @Override
    public boolean hasNext() {
        return !done;
    }

    @Override
    public FollowResponse next() {
        if (done) {
            throw new NoSuchElementException();
        }
        List<io.flotilla.proto.internal.v1.MetadataRecord> part = new ArrayList<>();
        long bytes = 0;
        while (next < records.size() && part.size() < config.chunkRecordsMax() && bytes < config.chunkBytesMax()) {
            io.flotilla.proto.internal.v1.MetadataRecord record = MetadataRecords.toMessage(records.get(next));
            part.add(record);
            bytes += record.getSerializedSize();
            next++;
        }
        done = next == records.size();
        return message.apply(part, done);
    }
}
