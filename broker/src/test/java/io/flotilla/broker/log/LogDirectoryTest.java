package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LogDirectoryTest {
    private static final DirectoryId DIRECTORY = new DirectoryId(new UUID(7, 7));
    private static final TopicId TOPIC = new TopicId(new UUID(0x1122334455667788L, 0x99AABBCCDDEEFF00L));
    private static final PartitionId FIRST = new PartitionId(TOPIC, 0);
    private static final PartitionId SECOND = new PartitionId(TOPIC, 1);

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private final List<DiskException> failures = new ArrayList<>();

    private LogDirectory open() {
        return open("cluster", 3);
    }

    private LogDirectory open(String clusterId, int nodeId) {
        var settings = new DirectorySettings(clusterId, nodeId, DIRECTORY, LogOnDisk.SMALL);
        return LogDirectory.open(disk, settings, Runnable::run, failures::add);
    }

    private static PartitionLog logWithOneBatch(LogDirectory directory, PartitionId partition) {
        directory.create(Map.of(partition, "orders"));
        var log = directory.openLog(partition);
        log.appendAsLeader(Batches.at(1, 2, 3), 0, 10);
        directory.flusher().submit(log.beginSync(), log::completeSync);
        directory.checkpoint();
        return log;
    }

    private String folderOf(PartitionId partition) {
        return LogFolder.name(partition, "orders");
    }

    @Test
    void anEmptyDirectoryIsFormattedAndKnownAgain() {
        var directory = open();
        assertThat(directory.id()).isEqualTo(DIRECTORY);
        assertThat(directory.wasCleanStop()).isFalse();
        assertThat(directory.brokerEpoch()).isEqualTo(-1);
        directory.close();
        var again = LogDirectory.open(
                disk,
                new DirectorySettings("cluster", 3, new DirectoryId(new UUID(9, 9)), LogOnDisk.SMALL),
                Runnable::run,
                failures::add);
        assertThat(again.id()).isEqualTo(DIRECTORY);
        assertThat(again.wasCleanStop()).isTrue();
    }

    @Test
    void aCrashWhileFormattingIsNoObstacle() {
        for (long seed = 0; seed < 200; seed++) {
            var fresh = new SimulatedDisk("/data");
            var settings = new DirectorySettings("cluster", 3, DIRECTORY, LogOnDisk.SMALL);
            LogDirectory.open(fresh, settings, Runnable::run, failures::add);
            fresh.crash(new Random(seed));
            LogDirectory.open(fresh, settings, Runnable::run, failures::add);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void oneProcessAtATimeUsesIt() {
        open();
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        DiskException.class, e -> assertThat(e.kind()).isEqualTo(DiskException.Kind.LOCKED));
    }

    @Test
    void anotherClusterAndAnotherNodeAreRefusedAndTheLockIsFreeAgain() {
        open().close();
        assertThatThrownBy(() -> open("other", 3))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("belongs to cluster cluster, this broker to cluster other");
        assertThatThrownBy(() -> open("cluster", 4))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("belongs to node.id 3, this broker has node.id 4");
        open();
    }

    @Test
    void aDirectoryWithSomebodysFilesIsRefused() {
        disk.create("holiday.jpg").close();
        assertThatThrownBy(this::open)
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("no meta.properties but holds [holiday.jpg]");
        assertThat(disk.list("")).containsExactly("holiday.jpg");
    }

    @Test
    void aDamagedOrMissingCatalogueIsRefusedNotCleanedUp() {
        logWithOneBatch(open(), FIRST);
        disk.kill();
        disk.flipBit("catalogue", 9, 3);
        assertThatThrownBy(this::open)
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("catalogue does not match its checksum");
        disk.delete("catalogue");
        assertThatThrownBy(this::open)
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("catalogue is missing");
        assertThat(disk.exists(folderOf(FIRST))).isTrue();
    }

    @Test
    void folderNamesCarryTopicPartitionAndId() {
        assertThat(folderOf(SECOND)).isEqualTo("orders-1.112233445566778899aabbccddeeff00");
        assertThat(LogFolder.parse(folderOf(SECOND))).isEqualTo(SECOND);
        var dotted = LogFolder.name(SECOND, "a-1.b-2.c");
        assertThat(LogFolder.parse(dotted)).isEqualTo(SECOND);
        assertThat(LogFolder.name(SECOND, "x".repeat(249))).hasSizeLessThanOrEqualTo(245);
        for (var name :
                List.of("lost+found", "orders-1.1122", "orders-x.112233445566778899aabbccddeeff00", "a.b", "")) {
            assertThat(LogFolder.parse(name)).isNull();
        }
    }

    @Test
    void theMarkListsTheRunsAndTheBrokerEpoch() {
        var directory = open();
        var first = new IncarnationId(new UUID(1, 1));
        var second = new IncarnationId(new UUID(2, 2));
        directory.mark(first);
        directory.mark(first);
        directory.noteBrokerEpoch(41);
        disk.crash(new Random(1));
        directory = open();
        directory.mark(second);
        assertThat(directory.incarnations()).containsExactly(first, second);
        assertThat(directory.brokerEpoch()).isEqualTo(41);
        for (int i = 0; i < DirectoryMark.RUNS_MAX; i++) {
            directory.mark(new IncarnationId(new UUID(3, i)));
        }
        assertThat(directory.incarnations()).hasSize(DirectoryMark.RUNS_MAX).doesNotContain(first, second);
    }

    @Test
    void aSyncedLogIsThereAfterAPowerLoss() {
        logWithOneBatch(open(), FIRST);
        disk.crash(new Random(5));
        var directory = open();
        assertThat(directory.logs()).containsExactly(FIRST);
        assertThat(directory.lost()).isEmpty();
        assertThat(directory.wasCleanStop()).isFalse();
        assertThat(directory.openLog(FIRST).logEnd()).isEqualTo(3);
    }

    @Test
    void aCreatedLogIsThereAfterAPowerLossEvenEmpty() {
        open().create(Map.of(FIRST, "orders", SECOND, "orders"));
        disk.crash(new Random(5));
        var directory = open();
        assertThat(directory.logs()).containsExactly(FIRST, SECOND);
        assertThat(directory.lost()).isEmpty();
        assertThat(directory.openLog(SECOND).logEnd()).isZero();
    }

    @Test
    void afterACleanStopNothingIsReadAndTheWatermarkIsKnown() {
        var directory = open();
        var log = logWithOneBatch(directory, FIRST);
        log.noteHighWatermark(2);
        directory.close();
        directory = open();
        assertThat(directory.wasCleanStop()).isTrue();
        long syncs = disk.syncCount();
        log = directory.openLog(FIRST);
        assertThat(log.logEnd()).isEqualTo(3);
        assertThat(log.durableEnd()).isEqualTo(3);
        assertThat(log.highWatermark()).isEqualTo(2);
        assertThat(disk.syncCount()).isEqualTo(syncs);
        disk.kill();
        assertThat(open().wasCleanStop()).isFalse();
    }

    @Test
    void aRunThatIsNotRegisteredVouchesForNoEarlierOne() {
        var directory = open();
        directory.noteBrokerEpoch(7);
        directory.create(Map.of(FIRST, "orders"));
        directory.openLog(FIRST).appendAsLeader(Batches.at(1, 2, 3), 0, 10);
        disk.crash(new Random(5));
        open().close();
        directory = open();
        assertThat(directory.brokerEpoch()).isEqualTo(7);
        assertThat(directory.wasCleanStop()).isFalse();
        directory.noteBrokerEpoch(8);
        directory.close();
        open().close();
        assertThat(open().wasCleanStop()).isTrue();
    }

    /** The note of one is one sync with those of all others, and from then on damage of each shows. */
    @Test
    void theTailsOfManyLogsAreNotedWithOneSync() {
        int few = syncsToRecover(4);
        int many = syncsToRecover(40);
        assertThat(many - few).isEqualTo((40 - 4) * 2); // the tail of each, and its folder

        for (int partition = 0; partition < 40; partition++) {
            String folder = LogFolder.name(new PartitionId(TOPIC, partition), "orders");
            disk.flipBit(folder + "/" + LogFiles.name(0, LogFiles.SEGMENT), 50, 0);
        }
        disk.crash(new Random(1));
        var directory = open();
        directory.logs().forEach(directory::openLog);
        assertThat(directory.lost()).hasSize(40);
    }

    /** Logs with a tail that nobody synced, a kill, and a start that opens them all. */
    private int syncsToRecover(int logs) {
        var directory = open();
        for (int partition = 0; partition < logs; partition++) {
            var id = new PartitionId(TOPIC, partition);
            if (directory.holds(id)) {
                directory.delete(id);
            }
            directory.create(Map.of(id, "orders"));
            directory.openLog(id).appendAsLeader(Batches.at(1, 2, 3), 0, 10);
        }
        disk.kill();
        var again = open();
        long before = disk.syncCount();
        again.logs().forEach(again::recoverLog);
        again.recovered();
        long syncs = disk.syncCount() - before;
        disk.kill();
        return (int) syncs;
    }

    @Test
    void manySmallLogsAreMadeAndStoppedWithFewSyncs() {
        var directory = open();
        Map<PartitionId, String> topics = new TreeMap<>();
        for (int number = 0; number < 100; number++) {
            topics.put(new PartitionId(TOPIC, number), "orders");
        }
        long syncs = disk.syncCount();
        directory.create(topics);
        topics.keySet().forEach(directory::openLog);
        directory.close();
        assertThat(disk.syncCount() - syncs).isLessThan(10);
        directory = open();
        var again = directory;
        assertThat(topics.keySet())
                .allSatisfy(id -> assertThat(again.openLog(id).logEnd()).isZero());
        assertThat(directory.lost()).isEmpty();
    }

    @Test
    void aNewLogsFileIsMadeAndItsFolderSyncedByTheFirstAppend() {
        var directory = open();
        var log = logWithOneBatch(directory, FIRST);
        assertThat(log.durableEnd()).isEqualTo(3);
        disk.crash(new Random(1));
        assertThat(open().openLog(FIRST).logEnd()).isEqualTo(3);
    }

    @Test
    void aVanishedFolderIsReportedAtEveryStartUntilTheLogIsReplaced() {
        logWithOneBatch(open(), FIRST);
        disk.kill();
        removeFolder(folderOf(FIRST));
        assertThat(open().lost()).containsExactly(FIRST);
        disk.kill();
        var directory = open();
        assertThat(directory.lost()).containsExactly(FIRST);
        directory.replaceLost(FIRST, "orders");
        assertThat(directory.lost()).isEmpty();
        assertThat(directory.openLog(FIRST).logEnd()).isZero();
        disk.crash(new Random(2));
        directory = open();
        assertThat(directory.lost()).isEmpty();
        assertThat(directory.openLog(FIRST).damage()).isNull();
    }

    @Test
    void aDamagedLogIsReadableBelowTheDamageAndKeptWhenItIsReplaced() {
        var directory = open();
        var log = logWithOneBatch(directory, FIRST);
        log.appendAsLeader(Batches.at(4), 0, 10);
        directory.flusher().submit(log.beginSync(), log::completeSync);
        directory.checkpoint();
        disk.kill();
        var segment = folderOf(FIRST) + "/00000000000000000000.log";
        long size = disk.contentOf(segment).length;
        disk.flipBit(segment, size - 1, 0);
        directory = open();
        log = directory.openLog(FIRST);
        assertThat(log.damage())
                .isNotNull()
                .satisfies(damage -> assertThat(damage.offset()).isEqualTo(3));
        assertThat(log.logEnd()).isEqualTo(3);
        assertThat(directory.lost()).containsExactly(FIRST);
        directory.checkpoint();
        disk.kill();
        directory = open();
        assertThat(directory.openLog(FIRST).damage()).isNotNull();
        assertThat(disk.contentOf(segment)).hasSize((int) size);
        directory.replaceLost(FIRST, "orders");
        assertThat(directory.lost()).isEmpty();
        assertThat(directory.openLog(FIRST).logEnd()).isZero();
        assertThat(disk.contentOf(folderOf(FIRST) + ".damaged-1/00000000000000000000.log"))
                .hasSize((int) size);
    }

    @Test
    void aLogThatIsFoundDamagedWhileItIsUsedIsLostOverRestartsUntilItIsReplaced() {
        var directory = open();
        var log = logWithOneBatch(directory, FIRST);
        logWithOneBatch(directory, SECOND);
        assertThat(directory.isLost(FIRST)).isFalse();
        log.declareDamage(new LogDamage(0, "found by a reader"));
        assertThat(directory.lost()).as("before a restart would know").isEmpty();
        log.noteDamage();
        assertThat(directory.lost()).containsExactly(FIRST);
        assertThat(directory.isLost(FIRST)).isTrue();
        assertThat(directory.isLost(SECOND)).isFalse();
        directory.checkpoint();
        disk.crash(new Random(1));

        directory = open();
        directory.openLog(SECOND);
        assertThat(directory.openLog(FIRST).damage()).isEqualTo(new LogDamage(0, "found by a reader"));
        assertThat(directory.lost()).containsExactly(FIRST);
        assertThat(directory.replaceLost(FIRST, "orders")).contains(folderOf(FIRST) + ".damaged-1");
        assertThat(directory.lost()).isEmpty();
        assertThat(directory.openLog(FIRST).damage()).isNull();
        assertThat(disk.list(folderOf(FIRST) + ".damaged-1")).contains("00000000000000000000.log", "damage");
        disk.crash(new Random(2));
        assertThat(open().openLog(FIRST).damage()).isNull();
    }

    @Test
    void unknownFoldersAreSetAsideNotRemoved() {
        open().close();
        disk.createDirectory(folderOf(FIRST));
        try (var file = disk.create(folderOf(FIRST) + "/00000000000000000000.log")) {
            file.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
        disk.createDirectory(folderOf(SECOND));
        var directory = open();
        assertThat(directory.logs()).isEmpty();
        assertThat(directory.setAside()).containsExactly(folderOf(FIRST) + ".unknown-1");
        assertThat(disk.contentOf(folderOf(FIRST) + ".unknown-1/00000000000000000000.log"))
                .hasSize(3);
        assertThat(disk.exists(folderOf(SECOND))).isFalse();
    }

    @Test
    void deletionIsFinishedAfterACrashAndNothingReturns() {
        for (long seed = 0; seed < 100; seed++) {
            var fresh = new LogDirectoryTest();
            var directory = fresh.open();
            logWithOneBatch(directory, FIRST);
            logWithOneBatch(directory, SECOND);
            directory.delete(FIRST);
            fresh.disk.crash(new Random(seed));
            directory = fresh.open();
            assertThat(directory.logs()).containsExactly(SECOND);
            assertThat(directory.lost()).isEmpty();
            assertThat(directory.setAside()).isEmpty();
            directory.create(Map.of(FIRST, "orders"));
            assertThat(directory.openLog(FIRST).logEnd()).isZero();
            assertThat(directory.openLog(SECOND).logEnd()).isEqualTo(3);
        }
    }

    @Test
    void aFailedSyncTakesTheWholeDirectoryOfflineAndIsNeverRetried() {
        var directory = open();
        var log = logWithOneBatch(directory, FIRST);
        log.appendAsLeader(Batches.at(4), 0, 10);
        disk.failSyncs(true);
        directory.flusher().submit(log.beginSync(), log::completeSync);
        assertThat(failures).hasSize(1);
        assertThat(directory.health().isOffline()).isTrue();
        assertThat(log.durableEnd()).isEqualTo(3);
        disk.failSyncs(false);
        directory.flusher().submit(log.beginSync(), log::completeSync);
        assertThat(log.durableEnd()).isEqualTo(3);
        assertThatThrownBy(() -> log.appendAsLeader(Batches.at(5), 0, 10)).isInstanceOf(DiskException.class);
        assertThatThrownBy(() -> directory.create(Map.of(SECOND, "orders"))).isInstanceOf(DiskException.class);
        directory.close();
        assertThat(disk.exists(CleanStop.FILE)).isFalse();
        assertThat(failures).hasSize(1);
    }

    private void removeFolder(String folder) {
        disk.list(folder).forEach(name -> disk.delete(folder + "/" + name));
        disk.delete(folder);
    }
}
