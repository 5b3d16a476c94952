package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is shown of the files of a log directory, and what is found wrong in them. */
class LogDumpTest {
    private static final PartitionId PARTITION = new PartitionId(new TopicId(new UUID(5, 6)), 3);
    private static final String FOLDER = LogFolder.name(PARTITION, "orders");
    private static final DirectorySettings SETTINGS =
            new DirectorySettings("cluster", 1, new DirectoryId(new UUID(7, 7)), LogOnDisk.SMALL);

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private LogDirectory directory = LogDirectory.open(disk, SETTINGS, Runnable::run, failure -> {});
    private PartitionLog log = newLog();
    private final List<DumpEntry> shown = new ArrayList<>();

    private PartitionLog newLog() {
        directory.create(Map.of(PARTITION, "orders"));
        return directory.openLog(PARTITION);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private String path(long offset, String kind) {
        return FOLDER + "/" + LogFiles.name(offset, kind);
    }

    private String show(String path, boolean deep) {
        shown.clear();
        return new LogDump(disk, deep, shown::add).show(path);
    }

    private List<Object> field(String kind, String name) {
        return shown.stream()
                .filter(entry -> entry.kind().equals(kind))
                .map(entry -> entry.fields().get(name))
                .toList();
    }

    /**
     * Some segments of two producers and two epochs, all that a clean stop writes beside them, and the log open anew.
     */
    private void fillAndRestart() {
        for (int i = 0; i < 60; i++) {
            log.appendAsLeader(Batches.from(70 + i % 2, 0, i / 2 * 2, 2), i < 30 ? 4 : 6, 5000);
        }
        directory.close();
        directory = LogDirectory.open(disk, SETTINGS, Runnable::run, failure -> {});
        log = directory.openLog(PARTITION);
    }

    private LogVerification.Result verified() {
        return LogVerification.of(disk, FOLDER);
    }

    @Test
    void aBatchIsShownWithItsFieldsAndItsRecords() {
        var batch = new RecordBatchBuilder(Codec.ZSTD, 100)
                .producer(9, 2, 0)
                .add(
                        1000,
                        "käse".getBytes(StandardCharsets.UTF_8),
                        "v".repeat(500).getBytes(StandardCharsets.UTF_8))
                .add(1001, null, new byte[] {(byte) 0xff, 1})
                .build();
        log.appendAsLeader(batch, 4, 5000);

        assertThat(show(path(0, LogFiles.SEGMENT), true)).isNull();

        assertThat(field("batch", "lastOffset")).containsExactly(1L);
        assertThat(field("batch", "leaderEpoch")).containsExactly(4);
        assertThat(field("batch", "codec")).containsExactly("zstd");
        assertThat(field("batch", "producerId")).containsExactly(9L);
        assertThat(field("record", "offset")).containsExactly(0L, 1L);
        assertThat(field("record", "key")).containsExactly("käse", null);
        assertThat(field("record", "value")).containsExactly("v".repeat(500), "0xff01");
        assertThat(show(path(0, LogFiles.SEGMENT), false)).isNull();
        assertThat(field("record", "offset")).isEmpty();
    }

    @Test
    void aSpoiledSegmentIsShownUpToTheDamageAndTheDamageIsPlaced() {
        log.appendAsLeader(Batches.at(1), 0, 10);
        log.appendAsLeader(Batches.at(2), 0, 10);
        int bytes = Batches.at(1).remaining();
        disk.flipBit(path(0, LogFiles.SEGMENT), bytes + 60, 3);

        assertThat(show(path(0, LogFiles.SEGMENT), false))
                .contains("at byte " + bytes + " of " + 2 * bytes, "offset 1", "BAD_CRC");
        assertThat(field("batch", "baseOffset")).containsExactly(0L);
    }

    @Test
    void companionsAndTheFilesOfTheDirectoryAreShown() {
        fillAndRestart();
        long second = log.view().logEnd(); // every file is named by an offset that the batches have
        assertThat(second).isEqualTo(120);

        assertThat(show(path(0, LogFiles.INDEX), false)).isNull();
        assertThat(field("index", "position")).isNotEmpty().isSubsetOf(positions());
        assertThat(show(path(120, LogFiles.PRODUCERS), false)).isNull();
        assertThat(field("producer", "nextSequence")).containsExactly(60, 60);
        assertThat(show(FOLDER + "/" + LogFiles.EPOCHS, false)).isNull();
        assertThat(field("epoch", "startOffset")).containsExactly(0L, 60L);
        assertThat(show(OffsetCheckpoint.FILE, false)).isNull();
        assertThat(field("log", "recoveryPoint")).containsExactly(120L);
        assertThat(show(LogCatalogue.FILE, false)).isNull();
        assertThat(field("log", "status")).containsExactly("PRESENT");
        log.appendAsLeader(Batches.at(1), 6, 5000);
        var ticket = log.beginSync();
        directory.flusher().submit(ticket, done -> log.completeSync(done));
        assertThat(show(SyncedEnds.FILE, false)).isNull();
        assertThat(field("synced", "end")).containsExactly(121L);
    }

    private List<Object> positions() {
        var index = List.copyOf(shown);
        show(path(0, LogFiles.SEGMENT), false);
        var positions = field("batch", "position").stream()
                .map(position -> (Object) ((Long) position).intValue())
                .toList();
        shown.clear();
        shown.addAll(index);
        return positions;
    }

    @Test
    void whatABrokerWroteIsSound() {
        fillAndRestart();
        var result = verified();
        assertThat(result.findings()).isEmpty();
        assertThat(result.endOffset()).isEqualTo(120);
        assertThat(result.batches()).isEqualTo(60);
        assertThat(result.segments()).isGreaterThan(3);
    }

    @Test
    void everyFlippedBitOfACompanionIsFound() {
        fillAndRestart();
        for (var name : disk.list(FOLDER)) {
            if (!name.endsWith(LogFiles.SEGMENT)) {
                String path = FOLDER + "/" + name;
                long size = size(path);
                for (int at = 0; at < size; at++) {
                    disk.flipBit(path, at, at % 8);
                    assertThat(verified().findings()).as("%s byte %d", name, at).isNotEmpty();
                    disk.flipBit(path, at, at % 8);
                }
            }
        }
        assertThat(verified().findings()).isEmpty();
    }

    private long size(String path) {
        try (var file = disk.open(path)) {
            return file.size();
        }
    }

    @Test
    void aCompanionThatSaysSomethingElseIsFoundAlthoughItsChecksumIsRight() {
        fillAndRestart();
        var other = new EpochHistory();
        other.note(4, 0);
        other.note(5, 70);
        CheckedFile.replace(disk, FOLDER + "/" + LogFiles.EPOCHS, other.encode(120));
        CheckedFile.replace(disk, path(120, LogFiles.PRODUCERS), new ProducerState(ProducerLimits.DEFAULT).encode());
        var index = new OffsetIndex(1);
        index.note(0, 0, Segment.NO_TIMESTAMP);
        index.note(2, 7, 1000);
        int size = (int) size(path(0, LogFiles.SEGMENT));
        CheckedFile.replace(disk, path(0, LogFiles.INDEX), new SegmentSummary(index, size, 2, 1000, 0).encode());

        assertThat(verified().findings())
                .hasSize(3)
                .anyMatch(finding -> finding.contains(LogFiles.EPOCHS))
                .anyMatch(finding -> finding.contains(LogFiles.PRODUCERS))
                .anyMatch(finding -> finding.contains(LogFiles.INDEX));
    }

    @Test
    void aMissingAndASwappedSegmentAreFound() {
        fillAndRestart();
        var segments = disk.list(FOLDER).stream()
                .filter(name -> name.endsWith(LogFiles.SEGMENT))
                .toList();
        String middle = FOLDER + "/" + segments.get(1);
        disk.rename(middle, FOLDER + "/kept");
        assertThat(verified().findings()).anyMatch(finding -> finding.contains("the next segment is"));
        disk.create(middle).append(bytesOf(FOLDER + "/" + segments.get(0)));
        assertThat(verified().findings()).anyMatch(finding -> finding.contains("base_offset is 0"));
    }

    private ByteBuffer bytesOf(String path) {
        try (var file = disk.open(path)) {
            var bytes = ByteBuffer.allocate((int) file.size());
            file.read(0, bytes);
            return bytes.flip();
        }
    }
}
