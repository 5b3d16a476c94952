package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.Invariant.InvariantBroken;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A log that is found damaged while it is used (R19). */
class DeclaredDamageTest {
    private static final LogDamage DAMAGE = new LogDamage(6, "a bit is wrong");

    private final LogOnDisk world = new LogOnDisk(LogOnDisk.SMALL);

    /** Batches of two records, durable, the first segment full. */
    private void tenBatches() {
        for (int i = 0; i < 10; i++) {
            world.append(1, Batches.at(i, i));
            world.append(1, Batches.ofBytes(200));
        }
        world.sync();
        world.checkpoint();
    }

    private List<String> files() {
        var files = new ArrayList<>(world.disk.list("p"));
        files.remove(DamageNote.FILE);
        return files;
    }

    @Test
    void itIsReadableBelowTheDamageAndTakesNoWrites() {
        tenBatches();
        world.log.declareDamage(DAMAGE);
        assertThat(world.log.damage()).isEqualTo(DAMAGE);
        assertThat(world.log.view().logEnd()).isEqualTo(6);
        assertThat(LogOnDisk.content(world.log.view(), 0, Integer.MAX_VALUE)).hasSize(4);
        assertThat(world.log.view().read(7, 1_000, Long.MAX_VALUE)).isNull();
        assertThatThrownBy(() -> world.append(1, Batches.at(1)))
                .isInstanceOf(InvariantBroken.class)
                .hasMessageContaining("p is damaged and read-only");
        assertThatThrownBy(() -> world.log.truncateTo(2)).isInstanceOf(InvariantBroken.class);
    }

    @Test
    void theViewEndsBeforeTheBatchThatIsDamagedWhereverThatIs() {
        tenBatches();
        var whole = world.log.view();
        for (long offset = 0; offset <= whole.logEnd(); offset++) {
            var below = whole.below(offset);
            assertThat(below.logEnd()).isLessThanOrEqualTo(offset).isGreaterThan(offset - 3);
            assertThat(LogOnDisk.content(below, 0, 700))
                    .isEqualTo(LogOnDisk.content(whole, 0, 1).subList(0, batchesBelow(whole, offset)));
        }
    }

    private static int batchesBelow(LogView view, long offset) {
        int count = 0;
        for (long next = 0; next < view.logEnd(); ) {
            try (var slice = view.read(next, 1, Long.MAX_VALUE)) {
                next = slice.nextOffset();
            }
            count += next <= offset ? 1 : 0;
        }
        return count;
    }

    @Test
    void onlyTheFirstDamageCounts() {
        tenBatches();
        world.log.declareDamage(DAMAGE);
        world.log.declareDamage(new LogDamage(1, "another"));
        assertThat(world.log.damage()).isEqualTo(DAMAGE);
    }

    @Test
    void everyLaterStartKnowsOfItThoughItReadsNothingBad() {
        tenBatches();
        var before = files();
        world.log.declareDamage(DAMAGE);
        world.log.noteDamage();
        for (int start = 0; start < 2; start++) {
            world.crash(new Random(start));
            assertThat(world.log.damage()).isEqualTo(DAMAGE);
            assertThat(world.log.isLost()).isTrue();
        }
        assertThat(world.content()).as("all of it was read and is sound").hasSize(20);
        assertThat(files()).isEqualTo(before);
        assertThat(world.failures).isEmpty();
    }

    @Test
    void aStartReadsWhatNoIndexMayStandForAndEndsWhereTheBadBytesAre() {
        tenBatches();
        world.log.finish();
        world.checkpoint();
        String segment = "p/00000000000000000000.log";
        world.disk.flipBit(segment, world.disk.contentOf(segment).length - 1, 0);
        world.kill();
        assertThat(world.log.damage())
                .as("of a segment that its index stands for")
                .isNull();
        long end = world.log.logEnd();

        world.log.declareDamage(DAMAGE);
        world.log.noteDamage();
        world.kill();
        assertThat(world.log.damage()).isNotNull();
        assertThat(world.log.logEnd()).isLessThan(end);
        assertThat(world.content()).isNotEmpty();
    }

    @Test
    void aSectorThatCannotBeReadIsDamageAndNoReasonToGiveUpTheDirectory() {
        tenBatches();
        world.log.finish();
        world.checkpoint();
        String segment = "p/00000000000000000000.log";
        var bad = new UnreadableDisk(world.disk, segment, 700);
        world.disk.kill();
        var log = world.open(bad);
        assertThat(log.damage()).as("of a segment that its index stands for").isNull();
        List<CorruptLogException> heard = new ArrayList<>();
        log.onCorruption(heard::add);
        var view = log.view();
        assertThatThrownBy(() -> view.read(0, 1 << 20, Long.MAX_VALUE).copy()).isInstanceOf(CorruptLogException.class);
        assertThatThrownBy(() -> view.findByTimestamp(3, Long.MAX_VALUE)).isInstanceOf(CorruptLogException.class);
        assertThat(heard).hasSize(2);
        var damage = StoredCheck.of(view, 0, log.logEnd(), 1 << 20).damage();
        assertThat(damage).isNotNull();
        assertThat(damage.description()).contains("Input/output error");

        log.declareDamage(damage);
        log.noteDamage();
        world.disk.kill();
        log = world.open(bad);
        assertThat(log.damage()).isNotNull();
        assertThat(LogOnDisk.content(log.view(), 0, 1 << 20))
                .as("what a restart offers")
                .isEmpty();
        assertThat(world.failures).isEmpty();
    }

    @Test
    void aTornEndOfADamagedLogIsLeftAsItIs() {
        tenBatches();
        world.log.declareDamage(DAMAGE);
        world.log.noteDamage();
        var files = files();
        String last = "p/"
                + files.stream()
                        .filter(name -> name.endsWith(".log"))
                        .reduce((a, b) -> b)
                        .orElseThrow();
        try (var file = world.disk.open(last)) {
            file.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            file.sync();
        }
        int size = world.disk.contentOf(last).length;
        world.kill();
        assertThat(world.disk.contentOf(last)).hasSize(size);
        assertThat(files()).isEqualTo(files);
        assertThat(world.log.damage()).isNotNull();
    }

    @Test
    void aNoteThatIsItselfDamagedSaysThatThereIsDamage() {
        tenBatches();
        world.log.declareDamage(DAMAGE);
        world.log.noteDamage();
        world.disk.flipBit("p/" + DamageNote.FILE, 12, 1);
        world.kill();
        assertThat(world.log.damage())
                .isNotNull()
                .satisfies(damage -> assertThat(damage.description()).contains("p/damage does not match its checksum"));
    }

    @Test
    void withoutSpaceForTheNoteItIsLostInThisRunAllTheSame() {
        tenBatches();
        world.disk.limitFreeBytes(0);
        world.log.declareDamage(DAMAGE);
        assertThat(world.log.isLost()).isFalse();
        world.log.noteDamage();
        assertThat(world.log.isLost()).isTrue();
        assertThat(world.failures).isEmpty();
    }

    @Test
    void aDiskThatDoesNotTakeTheNoteIsOffline() {
        tenBatches();
        world.disk.failSyncs(true);
        world.log.declareDamage(DAMAGE);
        world.log.noteDamage();
        assertThat(world.failures).extracting(DiskException::kind).containsExactly(DiskException.Kind.SYNC_FAILED);
    }

    @Test
    void aStopNeitherSyncsNorWritesAnything() {
        tenBatches();
        world.append(1, Batches.at(1));
        world.log.declareDamage(DAMAGE);
        var before = files();
        world.log.finish();
        assertThat(files()).isEqualTo(before);
    }

    /** The index leads to a batch whose header says that it lies further before. */
    @Test
    void aReadGoesOnOrFindsTheDamageWhicheverHeaderWentBad() {
        int found = 0;
        for (int spoiled = 1; spoiled < 10; spoiled++) {
            var log = new LogOnDisk(LogOnDisk.SMALL);
            for (int batch = 0; batch < 60; batch++) {
                log.append(0, Batches.at(1));
            }
            log.sync();
            makeFirst(log, spoiled);
            for (int maxBytes = 1; maxBytes < 2_000; maxBytes += 13) {
                try (var slice = log.log.view().read(0, maxBytes, Long.MAX_VALUE)) {
                    assertThat(slice.nextOffset()).isPositive();
                } catch (CorruptLogException e) {
                    found++;
                }
            }
        }
        assertThat(found).isPositive();
    }

    /** A bit of a batch's numbers must not have it reach over the offset, and go with what is good behind it. */
    @Test
    void aCutIsWhereItBelongsOrFindsTheDamageWhicheverBitWentBad() {
        int batchBytes = Batches.at(1, 2).remaining();
        int found = 0;
        for (long bit = 0; bit < 8L * batchBytes; bit++) {
            var log = new LogOnDisk(LogOnDisk.SMALL);
            for (int batch = 0; batch < 4; batch++) {
                log.append(0, Batches.at(1, 2));
            }
            log.sync();
            log.disk.flipBit("p/" + LogFiles.name(0, LogFiles.SEGMENT), batchBytes + bit / 8, (int) (bit % 8));
            try {
                assertThat(log.log.truncateTo(6)).as("bit %d", bit).isEqualTo(6);
            } catch (CorruptLogException e) {
                found++;
                assertThat(e.offset()).as("bit %d", bit).isBetween(2L, 4L);
                assertThat(log.log.logEnd()).as("bit %d", bit).isEqualTo(8);
            }
        }
        assertThat(found).isPositive();
    }

    /** Has the header of a batch say that it begins at offset 0. */
    private static void makeFirst(LogOnDisk log, int batch) {
        long lowestByte = (long) batch * Batches.at(1).remaining() + 3;
        for (int bit = 0; bit < 8; bit++) {
            if ((batch >> bit & 1) == 1) {
                log.disk.flipBit("p/" + LogFiles.name(0, LogFiles.SEGMENT), lowestByte, bit);
            }
        }
    }
}
