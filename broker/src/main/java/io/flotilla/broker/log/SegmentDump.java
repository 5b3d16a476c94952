package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordHeader;
import io.flotilla.model.record.RecordReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows the batches of a segment, and their records where that is wanted, and checks every byte on the way. */
final class SegmentDump {
    private final Disk disk;
    private final boolean deep;
    private final Consumer<DumpEntry> out;

    /** What a record of the segment under way did not read as. */
    private @Nullable String unreadable;

    SegmentDump(Disk disk, boolean deep, Consumer<DumpEntry> out) {
        this.disk = disk;
        this.deep = deep;
        this.out = out;
    }

    @Nullable
    String show(String path, long baseOffset) {
        unreadable = null;
        try (var file = disk.open(path)) {
            var scan = new SegmentScan(file, 0, baseOffset, 0);
            var defect = scan.run(batch -> show(scan.position(), batch));
            return defect == null
                    ? unreadable
                    : disk.name() + "/" + path + " at byte " + scan.position() + " of " + file.size() + ", offset "
                            + scan.nextOffset() + ": " + defect;
        }
    }

    private void show(long position, BatchView batch) {
        out.accept(DumpEntry.of("batch")
                .with("position", position)
                .with("baseOffset", batch.baseOffset())
                .with("lastOffset", batch.lastOffset())
                .with("count", batch.recordCount())
                .with("leaderEpoch", batch.leaderEpoch())
                .with("producerId", batch.producerId())
                .with("producerEpoch", batch.producerEpoch())
                .with("baseSequence", batch.baseSequence())
                .with("lastSequence", batch.lastSequence())
                .with("codec", LogDump.name(batch.codec()))
                .with("sizeBytes", batch.sizeBytes())
                .with("uncompressedBytes", batch.uncompressedSize())
                .with("baseTimestampMs", batch.baseTimestampMs())
                .with("maxTimestampMs", batch.maxTimestampMs())
                .with("timestampType", batch.hasAppendTimestamps() ? "LogAppendTime" : "CreateTime")
                .with("appendTimeMs", batch.appendTimeMs())
                .with("isTransactional", batch.isTransactional())
                .with("isControl", batch.isControl())
                .with("crc", Integer.toUnsignedLong(batch.crc())));
        if (deep) {
            showRecords(batch);
        }
    }

    private void showRecords(BatchView batch) {
        try {
            var records = RecordReader.of(batch);
            while (records.next()) {
                var entry = DumpEntry.of("record")
                        .with("offset", records.offset())
                        .with("timestampMs", records.timestampMs());
                entry = withBytes(entry, "key", records.key());
                entry = withBytes(entry, "value", records.value());
                if (records.headerCount() > 0) {
                    entry = entry.with("headers", headers(records.headers()));
                }
                out.accept(entry);
            }
        } catch (CorruptBatchException e) {
            unreadable = "the records of " + batch + ": " + e.getMessage();
        }
    }

    private static List<String> headers(List<RecordHeader> headers) {
        return headers.stream()
                .map(header -> {
                    var value = header.value();
                    return header.key() + "=" + (value == null ? "null" : text(value));
                })
                .toList();
    }

    /** Null and empty are not the same: without bytes there is no field. */
    private static DumpEntry withBytes(DumpEntry entry, String name, @Nullable ByteBuffer bytes) {
        return bytes == null ? entry : entry.with(name, text(bytes));
    }

    /** UTF-8 where the bytes are that, else {@code 0x} and hexadecimal digits. */
    private static String text(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        } catch (CharacterCodingException notText) {
            var copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return "0x" + HexFormat.of().formatHex(copy);
        }
    }
}
