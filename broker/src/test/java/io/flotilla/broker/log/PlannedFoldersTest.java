package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A log is listed before it has a folder; whether the folder is missed later depends on what was promised. */
class PlannedFoldersTest {
    private static final TopicId TOPIC = new TopicId(new UUID(5, 6));
    private static final PartitionId LOG = new PartitionId(TOPIC, 0);

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private final List<DiskException> failures = new ArrayList<>();
    private final ArrayDeque<Runnable> flushes = new ArrayDeque<>();

    private LogDirectory open() {
        flushes.clear();
        var settings = new DirectorySettings("cluster", 3, new DirectoryId(new UUID(7, 7)), LogOnDisk.SMALL);
        return LogDirectory.open(disk, settings, flushes::add, failures::add);
    }

    private static PartitionLog make(LogDirectory directory, PartitionId partition) {
        directory.create(Map.of(partition, "orders"));
        return directory.openLog(partition);
    }

    private static void append(PartitionLog log) {
        log.appendAsLeader(Batches.at(1, 2, 3), 0, 10);
    }

    private void sync(LogDirectory directory, PartitionLog log) {
        directory.flusher().submit(log.beginSync(), log::completeSync);
        flush();
    }

    private void flush() {
        while (!flushes.isEmpty()) {
            flushes.poll().run();
        }
    }

    private static String folder(PartitionId partition) {
        return LogFolder.name(partition, "orders");
    }

    private void removeFolder() {
        disk.list(folder(LOG)).forEach(name -> disk.delete(folder(LOG) + "/" + name));
        disk.delete(folder(LOG));
    }

    @Test
    void aLogHasNoFolderBeforeItsFirstAppendBeItStartedAnew() {
        make(open(), LOG);
        assertThat(disk.exists(folder(LOG))).isFalse();
        disk.crash(new Random(1));
        var directory = open();
        assertThat(directory.logs()).containsExactly(LOG);
        assertThat(directory.lost()).isEmpty();
        var log = directory.openLog(LOG);
        assertThat(disk.exists(folder(LOG))).isFalse();
        append(log);
        assertThat(disk.list(folder(LOG))).containsExactly(LogFiles.name(0, LogFiles.SEGMENT));
    }

    @Test
    void aThousandLogsAreMadeWithTheSyncsOfOne() {
        var directory = open();
        long before = disk.syncCount();
        directory.create(Map.of(LOG, "orders"));
        long syncsOfOne = disk.syncCount() - before;
        Map<PartitionId, String> topics = new TreeMap<>();
        for (int number = 1; number <= 1000; number++) {
            topics.put(new PartitionId(TOPIC, number), "orders");
        }
        before = disk.syncCount();
        directory.create(topics);
        assertThat(disk.syncCount() - before).isEqualTo(syncsOfOne);
    }

    /** A file, its folder; and for all together the directory and the notes. */
    @Test
    void firstAppendsThatAreSyncedTogetherShareTheSyncOfTheDirectory() {
        var directory = open();
        int logs = 8;
        List<PartitionLog> made = new ArrayList<>();
        for (int number = 0; number < logs; number++) {
            made.add(make(directory, new PartitionId(TOPIC, number)));
        }
        made.forEach(PlannedFoldersTest::append);
        long before = disk.syncCount();
        made.forEach(log -> directory.flusher().submit(log.beginSync(), log::completeSync));
        flush();
        assertThat(made).extracting(PartitionLog::durableEnd).containsOnly(3L);
        assertThat(disk.syncCount() - before).isEqualTo(2 * logs + 2);
        append(made.get(0));
        before = disk.syncCount();
        sync(directory, made.get(0));
        assertThat(disk.syncCount() - before).as("of a later append").isEqualTo(2);
    }

    @Test
    void aSyncedLogIsMissedWithItsFolderBeforeAnyCheckpoint() {
        var directory = open();
        var log = make(directory, LOG);
        append(log);
        sync(directory, log);
        assertThat(log.durableEnd()).isEqualTo(3);
        disk.crash(new Random(2));
        removeFolder();
        assertThat(open().lost()).containsExactly(LOG);
        disk.kill();
        assertThat(open().lost()).as("at every start").containsExactly(LOG);
    }

    @Test
    void aLogThatWasNeverSyncedIsMissedFromTheNextCheckpointOn() {
        var directory = open();
        append(make(directory, LOG));
        directory.checkpoint();
        disk.crash(new Random(3));
        assertThat(disk.isDirectory(folder(LOG))).isTrue();
        removeFolder();
        assertThat(open().lost()).containsExactly(LOG);
    }

    @Test
    void aLogThatAKillLeftIsMissedAfterTheNextStart() {
        append(make(open(), LOG));
        disk.kill();
        open().openLog(LOG);
        disk.crash(new Random(4));
        assertThat(disk.isDirectory(folder(LOG))).isTrue();
        removeFolder();
        assertThat(open().lost()).containsExactly(LOG);
    }

    @Test
    void aPowerLossBeforeTheFirstSyncLosesNoLog() {
        for (long seed = 0; seed < 200; seed++) {
            var fresh = new PlannedFoldersTest();
            append(make(fresh.open(), LOG));
            fresh.disk.crash(new Random(seed));
            var directory = fresh.open();
            assertThat(directory.lost()).isEmpty();
            var log = directory.openLog(LOG);
            assertThat(log.damage()).isNull();
            assertThat(log.logEnd()).isIn(0L, 3L);
        }
    }

    @Test
    void aPowerLossInAnyOperationOfTheFirstSyncLosesNoLog() {
        for (int operations = 0; operations < 12; operations++) {
            for (long seed = 0; seed < 20; seed++) {
                new PlannedFoldersTest().failWhileSyncing(operations, seed);
            }
        }
    }

    private void failWhileSyncing(int operations, long seed) {
        var directory = open();
        var log = make(directory, LOG);
        append(log);
        disk.failPowerAfter(operations, () -> disk.crash(new Random(seed)));
        boolean promised = false;
        try {
            sync(directory, log);
            directory.checkpoint();
            promised = log.durableEnd() == 3;
        } catch (Error powerLost) {
            promised = log.durableEnd() == 3;
        }
        disk.restorePower();
        disk.crash(new Random(seed));
        failures.clear();
        directory = open();
        assertThat(directory.lost()).isEmpty();
        log = directory.openLog(LOG);
        assertThat(log.damage()).isNull();
        assertThat(log.logEnd()).isIn(promised ? List.of(3L) : List.of(0L, 3L));
    }

    @Test
    void aLogThatWasPutAsideUnusedStaysGone() {
        make(open(), LOG);
        disk.kill();
        var directory = open();
        directory.putAside(LOG);
        assertThat(directory.lost()).containsExactly(LOG);
        disk.crash(new Random(5));
        assertThat(open().lost()).containsExactly(LOG);
    }

    @Test
    void aLogWithoutAFolderStartsAnewAtAnyOffset() {
        var directory = open();
        var log = make(directory, LOG);
        log.truncateFullyAndStartAt(40);
        assertThat(log.logEnd()).isEqualTo(40);
        disk.crash(new Random(6));
        directory = open();
        log = directory.openLog(LOG);
        assertThat(directory.lost()).isEmpty();
        assertThat(log.logStart()).isEqualTo(40);
        append(log);
        sync(directory, log);
        assertThat(log.durableEnd()).isEqualTo(43);
        disk.crash(new Random(7));
        assertThat(open().openLog(LOG).logEnd()).isEqualTo(43);
    }

    @Test
    void aLogIsDeletedAndMadeAgainWithoutEverHavingHadAFolder() {
        var directory = open();
        make(directory, LOG);
        directory.delete(LOG);
        assertThat(directory.logs()).isEmpty();
        var log = make(directory, LOG);
        append(log);
        sync(directory, log);
        disk.crash(new Random(8));
        assertThat(open().openLog(LOG).logEnd()).isEqualTo(3);
    }
}
