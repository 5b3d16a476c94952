package io.flotilla.fuzz;

import io.flotilla.broker.log.CorruptLogException;
import io.flotilla.broker.log.DirectoryRefusedException;
import io.flotilla.broker.log.DirectorySettings;
import io.flotilla.broker.log.LogConfig;
import io.flotilla.broker.log.LogDirectory;
import io.flotilla.broker.log.LogDump;
import io.flotilla.broker.log.LogVerification;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.log.ProducerLimits;
import io.flotilla.broker.log.SyncTicket;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.Crc32c;
import io.flotilla.model.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A log directory one of whose files holds other bytes: it is refused, or opened and says what is damaged, and the next
 * start finds what this one left. The first byte of an input chooses the file, the second whether its checksum is made
 * right, as only a bug or malice would; the rest is the file.
 */
public final class LogFuzz {
    private static final PartitionId PARTITION = new PartitionId(new TopicId(new UUID(1, 1)), 0);
    private static final DirectorySettings SETTINGS = new DirectorySettings(
            "cluster", 1, new DirectoryId(new UUID(7, 7)), new LogConfig(2_000, 200, new ProducerLimits(5, 0)));
    private static final int CRC_BYTES = Integer.BYTES;
    private static final SimulatedDisk SOUND = sound();
    private static final List<String> FILES = files(SOUND, "");

    private LogFuzz() {}

    /** The entry point that Jazzer knows by its name. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        String file = FILES.get(Math.floorMod(input[0], FILES.size()));
        byte[] content = Arrays.copyOfRange(input, 2, input.length);
        if (input[1] != 0 && content.length >= CRC_BYTES && isCompanion(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            bytes.putInt(0, Crc32c.of(bytes, CRC_BYTES, content.length));
        }
        SimulatedDisk disk = SOUND.copy();
        disk.delete(file);
        try (var spoiled = disk.create(file)) {
            spoiled.append(ByteBuffer.wrap(content));
            spoiled.sync();
        }
        dump(disk, file);
        String first = open(disk);
        disk.kill();
        String second = open(disk);
        if (!second.equals(first)) {
            throw new AssertionError("the first start finds " + first + ", the next one " + second);
        }
    }

    /** Files that only spare reading: whatever they say, the log is what its batches are. */
    private static boolean isCompanion(String file) {
        return file.contains("/") && !file.endsWith(".log");
    }

    private static void dump(SimulatedDisk disk, String file) {
        try {
            new LogDump(disk, true, entry -> {}).show(file);
        } catch (DirectoryRefusedException | IllegalArgumentException typed) {
            // says what is wrong with the file, or that nobody knows how to show it
        }
        if (file.contains("/")) {
            LogVerification.of(disk, file.substring(0, file.indexOf('/')));
        }
    }

    /** What a start finds, after all of it was read. */
    private static String open(SimulatedDisk disk) {
        LogDirectory directory;
        try {
            directory = LogDirectory.open(disk, SETTINGS, Runnable::run, failure -> {});
        } catch (DirectoryRefusedException | DiskException typed) {
            return "a refusal";
        }
        if (!directory.logs().contains(PARTITION) || directory.lost().contains(PARTITION)) {
            return "no log";
        }
        PartitionLog log = directory.openLog(PARTITION);
        try {
            readAll(log);
        } catch (CorruptLogException typed) {
            // A start does not read what it has an index of: who reads it, finds the damage.
        }
        return "a log from " + log.logStart() + " to " + log.logEnd() + ", damage " + (log.damage() != null);
    }

    private static void readAll(PartitionLog log) {
        long offset = log.logStart();
        while (offset < log.logEnd() && log.damage() == null) {
            try (var slice = log.view().read(offset, 1 << 20, Long.MAX_VALUE)) {
                slice.copy();
                if (slice.nextOffset() <= offset) {
                    throw new AssertionError("a read at " + offset + " of " + log.logEnd() + " does not go on");
                }
                offset = slice.nextOffset();
            }
        }
    }

    /** A directory with a log of several segments and all of their companion files. */
    private static SimulatedDisk sound() {
        SimulatedDisk disk = new SimulatedDisk("/data");
        LogDirectory directory = LogDirectory.open(disk, SETTINGS, Runnable::run, failure -> {});
        directory.create(Map.of(PARTITION, "orders"));
        PartitionLog log = directory.openLog(PARTITION);
        for (int batch = 0; batch < 60; batch++) {
            log.appendAsLeader(
                    new RecordBatchBuilder(Codec.NONE, 0)
                            .producer(batch % 4, 0, batch / 4)
                            .add(1_000 + batch, null, new byte[20])
                            .build(),
                    batch / 20,
                    10);
            SyncTicket ticket = log.beginSync();
            ticket.run();
            log.completeSync(ticket);
        }
        directory.checkpoint();
        disk.kill();
        return disk;
    }

    private static List<String> files(SimulatedDisk disk, String folder) {
        List<String> files = new ArrayList<>();
        for (String name : disk.list(folder)) {
            String path = folder.isEmpty() ? name : folder + "/" + name;
            if (disk.isDirectory(path)) {
                files.addAll(files(disk, path));
            } else {
                files.add(path);
            }
        }
        return files;
    }

    /** Every file as it is, with its checksum left alone and made right. */
    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int file = 0; file < FILES.size(); file++) {
            byte[] content = SOUND.contentOf(FILES.get(file));
            for (byte repaired = 0; repaired < 2; repaired++) {
                byte[] seed = new byte[content.length + 2];
                seed[0] = (byte) file;
                seed[1] = repaired;
                System.arraycopy(content, 0, seed, 2, content.length);
                seeds.add(seed);
            }
        }
        return seeds;
    }
}
