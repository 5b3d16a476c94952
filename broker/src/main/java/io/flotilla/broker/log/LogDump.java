package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.record.Codec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the files of a log directory hold, one entry after the other and each at most once in memory. Changes
 * nothing, and needs no broker; one that runs meanwhile is not disturbed.
 */
public final class LogDump {
    /** The files that can be shown, for messages. */
    public static final String KNOWN_FILES = "NUMBER" + LogFiles.SEGMENT + ", NUMBER" + LogFiles.INDEX + ", NUMBER"
            + LogFiles.PRODUCERS + ", " + LogFiles.EPOCHS + ", " + OffsetCheckpoint.FILE + ", " + SyncedEnds.FILE
            + ", " + LogCatalogue.FILE + " and " + DirectoryMark.FILE;

    private static final List<String> OF_DIRECTORIES =
            List.of(OffsetCheckpoint.FILE, SyncedEnds.FILE, LogCatalogue.FILE, DirectoryMark.FILE);

    private final Disk disk;
    private final SegmentDump segments;
    private final Consumer<DumpEntry> out;

    /** @param deep whether the records of a batch are shown, too */
    public LogDump(Disk disk, boolean deep, Consumer<DumpEntry> out) {
        this.disk = disk;
        this.segments = new SegmentDump(disk, deep, out);
        this.out = out;
    }

    /** Whether a file of this name can be shown. */
    public static boolean knows(String name) {
        return OF_DIRECTORIES.contains(name)
                || name.equals(LogFiles.EPOCHS)
                || LogFiles.offsetIn(name, LogFiles.SEGMENT).isPresent()
                || LogFiles.offsetIn(name, LogFiles.INDEX).isPresent()
                || LogFiles.offsetIn(name, LogFiles.PRODUCERS).isPresent();
    }

    /**
     * Shows one file.
     *
     * @return what is wrong with it; null when nothing is
     * @throws IllegalArgumentException when {@link #knows} knows no such name
     * @throws DirectoryRefusedException when a file of a directory cannot be read
     */
    public @Nullable String show(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        OptionalLong base = LogFiles.offsetIn(name, LogFiles.SEGMENT);
        if (base.isPresent()) {
            return segments.show(path, base.getAsLong());
        }
        if (LogFiles.offsetIn(name, LogFiles.INDEX).isPresent()) {
            return checked(path, this::index);
        }
        if (LogFiles.offsetIn(name, LogFiles.PRODUCERS).isPresent()) {
            return checked(path, this::producers);
        }
        if (name.equals(LogFiles.EPOCHS)) {
            return checked(path, this::epochs);
        }
        var file = new DirectoryFile(disk, path);
        switch (name) {
            case OffsetCheckpoint.FILE -> offsets(OffsetCheckpoint.decode(file));
            case SyncedEnds.FILE -> synced(file);
            case LogCatalogue.FILE -> catalogue(LogCatalogue.read(file));
            case DirectoryMark.FILE -> mark(DirectoryMark.read(file));
            default -> throw new IllegalArgumentException(name + " is none of " + KNOWN_FILES);
        }
        return null;
    }

    private interface Content {
        /** Shows the content of a file whose checksum is right; false when it is none of its kind. */
        boolean show(ByteBuffer bytes);
    }

    private @Nullable String checked(String path, Content content) {
        var read = CheckedFile.read(disk, path);
        if (read.bytes() == null) {
            return read.damage() == null ? disk.name() + "/" + path + " is missing" : read.damage();
        }
        return content.show(read.bytes()) ? null : CheckedFile.misnamed(disk.name() + "/" + path);
    }

    private boolean index(ByteBuffer bytes) {
        var summary = SegmentSummary.decode(bytes, 1);
        if (summary == null) {
            return false;
        }
        out.accept(DumpEntry.of("segment")
                .with("sizeBytes", summary.sizeBytes())
                .with("nextOffset", summary.nextOffset())
                .with("maxTimestampMs", summary.maxTimestampMs())
                .with("maxTimestampOffset", summary.maxTimestampOffset())
                .with("entries", summary.index().count()));
        summary.index()
                .forEach((relativeOffset, position, newestBeforeMs) -> out.accept(DumpEntry.of("index")
                        .with("relativeOffset", relativeOffset)
                        .with("position", position)
                        .with("newestBeforeMs", newestBeforeMs)));
        return true;
    }

    private boolean producers(ByteBuffer bytes) {
        var state = ProducerState.decode(bytes, new ProducerLimits(Integer.MAX_VALUE, 0));
        if (state == null) {
            return false;
        }
        state.forEach((id, entry) -> out.accept(DumpEntry.of("producer")
                .with("producerId", id)
                .with("producerEpoch", entry.epoch())
                .with("nextSequence", entry.nextSequence())
                .with("lastAppendMs", entry.lastAppendMs())
                .with("lastBatches", entry.batches())));
        return true;
    }

    private boolean epochs(ByteBuffer bytes) {
        var restored = EpochHistory.decode(bytes);
        if (restored == null) {
            return false;
        }
        out.accept(DumpEntry.of("epochs").with("coveredTo", restored.coveredTo()));
        restored.history()
                .starts()
                .forEach(start -> out.accept(DumpEntry.of("epoch")
                        .with("leaderEpoch", start.epoch())
                        .with("startOffset", start.startOffset())));
        return true;
    }

    private void offsets(OffsetCheckpoint.Noted noted) {
        out.accept(DumpEntry.of("offsets").with("number", noted.number()));
        noted.offsets()
                .forEach((partition, offsets) -> out.accept(ofPartition("log", partition)
                        .with("logStart", offsets.logStart())
                        .with("recoveryPoint", offsets.recoveryPoint())
                        .with("highWatermark", offsets.highWatermark())));
    }

    private void synced(DirectoryFile file) {
        var ends = SyncedEnds.open(file);
        try {
            ends.read((number, partition, end) -> out.accept(
                    ofPartition("synced", partition).with("number", number).with("end", end)));
        } finally {
            ends.close();
        }
    }

    private void catalogue(LogCatalogue catalogue) {
        catalogue.show(
                (partition, status) -> out.accept(ofPartition("log", partition).with("status", status.name())));
    }

    private void mark(DirectoryMark mark) {
        out.accept(DumpEntry.of("registration").with("brokerEpoch", mark.brokerEpoch()));
        mark.incarnations()
                .forEach(run -> out.accept(
                        DumpEntry.of("run").with("incarnation", run.value().toString())));
    }

    private static DumpEntry ofPartition(String kind, PartitionId partition) {
        return DumpEntry.of(kind)
                .with("topicId", partition.topic().toString())
                .with("partition", partition.partition());
    }

    /** A codec's name as topics are configured with it. */
    static String name(@Nullable Codec codec) {
        return codec == null ? "unknown" : codec.name().toLowerCase(Locale.ROOT);
    }
}
