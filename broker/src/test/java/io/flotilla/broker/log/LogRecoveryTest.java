package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.disk.simulated.SimulatedDisk;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogRecoveryTest {
    private static final String FIRST_SEGMENT = "p/" + LogFiles.name(0, LogFiles.SEGMENT);

    private final LogOnDisk world = new LogOnDisk(LogOnDisk.SMALL);

    private void cutBytes(String path, int count) {
        try (var file = world.disk.open(path)) {
            file.truncate(file.size() - count);
            file.sync();
        }
    }

    private String lastSegment() {
        return world.disk.list("p").stream()
                .filter(name -> name.endsWith(LogFiles.SEGMENT))
                .map(name -> "p/" + name)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    @Test
    void aTornTailIsCutAtEveryByte() {
        int whole = 0;
        for (int cut = 0; cut < 216; cut++) {
            var fresh = new LogOnDisk(LogOnDisk.SMALL);
            fresh.append(0, Batches.at(1, 2), Batches.at(3, 4));
            fresh.disk.kill();
            try (var file = fresh.disk.open(FIRST_SEGMENT)) {
                file.truncate(216 - cut);
            }
            fresh.open();
            long expected = cut == 0 ? 4 : cut <= 108 ? 2 : 0;
            assertThat(fresh.log.logEnd()).as("cut by %d", cut).isEqualTo(expected);
            assertThat(fresh.log.damage()).isNull();
            assertThat(fresh.disk.contentOf(FIRST_SEGMENT)).hasSize((int) expected * 54);
            fresh.append(1, Batches.at(9));
            assertThat(fresh.content()).hasSize((int) expected / 2 + 1);
            whole += expected > 0 ? 1 : 0;
        }
        assertThat(whole).isEqualTo(109);
    }

    @Test
    void aFlippedBitAboveTheRecoveryPointEndsTheLog() {
        for (int bit = 0; bit < 108 * 8; bit += 5) {
            var fresh = new LogOnDisk(LogOnDisk.SMALL);
            fresh.append(0, Batches.at(1, 2));
            fresh.sync();
            fresh.checkpoint();
            fresh.append(0, Batches.at(3, 4), Batches.at(5, 6));
            fresh.disk.kill();
            fresh.disk.flipBit(FIRST_SEGMENT, 108 + bit / 8, bit % 8);
            fresh.open();
            assertThat(fresh.log.logEnd()).as("bit %d", bit).isEqualTo(2);
            assertThat(fresh.log.damage()).isNull();
        }
    }

    @Test
    void aFlippedBitBelowTheRecoveryPointIsDamageAndNothingIsTouched() {
        for (int bit = 0; bit < 108 * 8; bit += 5) {
            var fresh = new LogOnDisk(LogOnDisk.SMALL);
            fresh.append(0, Batches.at(1, 2), Batches.at(3, 4), Batches.at(5, 6));
            fresh.sync();
            fresh.checkpoint();
            fresh.disk.kill();
            fresh.disk.flipBit(FIRST_SEGMENT, 108 + bit / 8, bit % 8);
            var before = fresh.disk.contentOf(FIRST_SEGMENT);
            fresh.open();
            assertThat(fresh.log.damage()).as("bit %d", bit).isNotNull();
            assertThat(fresh.log.damage().offset()).isEqualTo(2);
            assertThat(fresh.log.logEnd()).isEqualTo(2);
            assertThat(fresh.content()).hasSize(1);
            assertThat(fresh.disk.contentOf(FIRST_SEGMENT)).isEqualTo(before);
        }
    }

    @Test
    void aFileShorterThanWhatWasSyncedIsDamage() {
        world.append(0, Batches.at(1, 2), Batches.at(3, 4));
        world.sync();
        world.checkpoint();
        world.disk.kill();
        cutBytes(FIRST_SEGMENT, 108);
        world.open();
        assertThat(world.log.damage()).isEqualTo(new LogDamage(2, "p ends at 2, but was synced up to 4"));
    }

    @Test
    void aMissingSegmentIsDamageNotAShorterLog() {
        for (int i = 0; i < 60; i++) {
            world.append(0, Batches.at(i, i));
        }
        world.sync();
        world.checkpoint();
        world.disk.kill();
        var segments = world.disk.list("p").stream()
                .filter(name -> name.endsWith(LogFiles.SEGMENT))
                .toList();
        world.disk.delete("p/" + segments.get(1));
        world.open();
        long second = LogFiles.offsetIn(segments.get(1), LogFiles.SEGMENT).orElseThrow();
        assertThat(world.log.damage().offset()).isEqualTo(second);
        assertThat(world.log.logEnd()).isEqualTo(second);
        assertThat(world.disk.exists("p/" + segments.get(2))).isTrue();
        world.disk.delete("p/" + segments.get(0));
        world.disk.kill();
        world.open();
        assertThat(world.log.damage().offset()).isZero();
    }

    @Test
    void anEmptiedFolderOfALogThatWasSyncedIsDamage() {
        world.append(0, Batches.at(1));
        world.sync();
        world.checkpoint();
        world.disk.kill();
        world.disk.list("p").forEach(name -> world.disk.delete("p/" + name));
        assertThat(world.open().damage()).isNotNull();
    }

    @Test
    void whatAKillLeftIsSyncedBeforeItCounts() {
        world.append(0, Batches.at(1, 2));
        world.kill();
        assertThat(world.log.durableEnd()).isEqualTo(2);
        for (long seed = 0; seed < 20; seed++) {
            assertThat(world.crash(new Random(seed)).logEnd()).isEqualTo(2);
        }
    }

    @Test
    void theFileOfASegmentThatAKillLeftEmptyIsDurableWithWhatIsWrittenToIt() {
        for (long seed = 0; seed < 20; seed++) {
            var fresh = new LogOnDisk(LogOnDisk.SMALL);
            fresh.disk.create(FIRST_SEGMENT).close();
            fresh.kill();
            fresh.append(0, Batches.at(1, 2));
            fresh.sync();
            fresh.checkpoint();

            fresh.crash(new Random(seed));

            assertThat(fresh.log.damage()).as("seed %d", seed).isNull();
            assertThat(fresh.log.logEnd()).as("seed %d", seed).isEqualTo(2);
        }
    }

    @Test
    void afterATruncationNoEpochHistoryReachesFartherThanTheLog() {
        for (int i = 0; i < 40; i++) {
            world.append(i / 10, Batches.ofBytes(150));
        }
        world.sync();
        long covered = coveredTo();
        assertThat(covered).isGreaterThan(20);

        world.log.truncateTo(covered);
        assertThat(coveredTo()).as("what it speaks for is still there").isEqualTo(covered);
        world.log.truncateTo(covered - 1);

        assertThat(world.disk.exists("p/" + LogFiles.EPOCHS)).isFalse();
    }

    private long coveredTo() {
        var bytes = CheckedFile.read(world.disk, "p/" + LogFiles.EPOCHS).bytes();
        return EpochHistory.decode(bytes).coveredTo();
    }

    @Test
    void companionFilesAreNeverNeededAndNeverBelievedWhenDamaged() {
        for (int i = 0; i < 80; i++) {
            world.append(i / 30, Batches.from(i % 3, 0, i / 3 * 2, 2));
        }
        world.log.finish();
        world.checkpoint();
        var content = world.content();
        var epochs = world.log.epochs();
        var producers = world.log.producers();
        var random = new Random(3);
        for (int round = 0; round < 40; round++) {
            world.disk.kill();
            for (var name : world.disk.list("p")) {
                if (!name.endsWith(LogFiles.SEGMENT) && random.nextBoolean()) {
                    harm(world.disk, "p/" + name, random);
                }
            }
            world.open();
            assertThat(world.log.damage()).isNull();
            assertThat(world.content()).isEqualTo(content);
            assertThat(world.log.epochs()).isEqualTo(epochs);
            assertThat(world.log.producers()).isEqualTo(producers);
            world.log.finish();
            world.checkpoint();
        }
    }

    private static void harm(SimulatedDisk disk, String path, Random random) {
        int size = disk.contentOf(path).length;
        if (size == 0 || random.nextBoolean()) {
            disk.delete(path);
        } else {
            disk.flipBit(path, random.nextInt(size), random.nextInt(8));
        }
    }

    @Test
    void aCleanRestartReadsNoBatches() {
        for (int i = 0; i < 80; i++) {
            world.append(0, Batches.from(1, 0, i * 2, 2));
        }
        world.log.finish();
        world.checkpoint();
        world.disk.kill();
        var lastBatch = world.disk.contentOf(lastSegment()).length - 1;
        world.disk.flipBit(lastSegment(), lastBatch, 0);
        world.open();
        assertThat(world.log.damage()).isNull();
        assertThat(world.log.logEnd()).isEqualTo(160);
        assertThat(world.log.producers().check(Batches.view(Batches.from(1, 0, 160, 1))))
                .isEqualTo(SequenceVerdict.ACCEPT);
    }

    @Test
    void anIndexThatVanishesLaterIsRebuiltFromTheSegment() {
        for (int i = 0; i < 80; i++) {
            world.append(0, Batches.at(i, i));
        }
        var content = world.content();
        world.log.finish();
        world.checkpoint();
        world.kill();
        world.disk.list("p").stream()
                .filter(name -> name.endsWith(LogFiles.INDEX))
                .forEach(name -> world.disk.delete("p/" + name));
        assertThat(world.content()).isEqualTo(content);
        assertThat(world.log.view().findByTimestamp(40, 160)).hasValue(new TimestampedOffset(80, 40, 0));
        assertThat(world.log.truncateTo(21)).isEqualTo(20);
        assertThat(world.content()).isEqualTo(content.subList(0, 10));
    }

    @Test
    void leftoversOfInterruptedReplacementsAreDropped() {
        world.append(0, Batches.at(1));
        world.disk.kill();
        world.disk.create("p/" + LogFiles.EPOCHS + LogFiles.TEMPORARY).close();
        world.open();
        assertThat(world.disk.list("p")).containsExactly(LogFiles.name(0, LogFiles.SEGMENT));
    }
}
