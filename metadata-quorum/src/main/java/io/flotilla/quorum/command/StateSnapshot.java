package io.flotilla.quorum.command;

import io.flotilla.model.delta.Replay;
import io.flotilla.model.delta.Snapshot;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.MetadataRecords;
import io.flotilla.proto.internal.v1.MetadataRecord;
import io.flotilla.proto.internal.v1.SnapshotHeader;
import io.flotilla.proto.internal.v1.SnapshotTrailer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The controller's state at one position of the log, and its stored form: header, records, checksum.
 *
 * @param term term of the last entry that the image contains; with {@code index} for people who look at the file
 */
record StateSnapshot(MetadataImage image, long term, long index) {
    /** Version of the stored form. */
    private static final int VERSION = 1;

    /** Writes the state; the caller buffers, syncs and closes. Safe for any thread: nothing here changes. */
    void writeTo(OutputStream out) throws IOException {
        List<io.flotilla.model.delta.MetadataRecord> records = new ArrayList<>();
        Snapshot.records(image, records::add);
        CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
        SnapshotHeader.newBuilder()
                .setVersion(VERSION)
                .setHistoryId(image.historyId())
                .setRevision(image.revision())
                .setRaftTerm(term)
                .setRaftIndex(index)
                .setRecordCount(records.size())
                .build()
                .writeDelimitedTo(checked);
        for (io.flotilla.model.delta.MetadataRecord record : records) {
            MetadataRecords.toMessage(record).writeDelimitedTo(checked);
        }
        SnapshotTrailer.newBuilder()
                .setCrc((int) checked.getChecksum().getValue())
                .build()
                .writeDelimitedTo(out);
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @throws IOException when the bytes are cut short, damaged, or of another version
     */
    static StateSnapshot read(InputStream in) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
        SnapshotHeader header = present(SnapshotHeader.parseDelimitedFrom(checked), "header");
        if (header.getVersion() != VERSION) {
            throw new IOException(
                    "the snapshot has version " + header.getVersion() + ", this program reads " + VERSION);
        }
        MetadataImage image = MetadataImage.EMPTY;
        try {
            for (long i = 0; i < header.getRecordCount(); i++) {
                MetadataRecord record = present(MetadataRecord.parseDelimitedFrom(checked), "record " + i);
                image = Replay.one(image, MetadataRecords.ofMessage(record));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the snapshot of revision " + header.getRevision() + " makes no sense", e);
        }
        int crc = (int) checked.getChecksum().getValue();
        if (present(SnapshotTrailer.parseDelimitedFrom(in), "trailer").getCrc() != crc) {
            throw new IOException("the snapshot of revision " + header.getRevision() + " fails its checksum");
        }
        return new StateSnapshot(image.withRevision(header.getRevision()), header.getRaftTerm(), header.getRaftIndex());
    }

    private static <T> T present(@Nullable T part, String name) throws IOException {
        if (part == null) {
            throw new IOException("the snapshot ends before its " + name);
        }
        return part;
    }
}
