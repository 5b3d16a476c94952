package io.flotilla.model.disk.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskFile;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {
    private final SimulatedDisk disk = new SimulatedDisk("disk");

    private static void append(DiskFile file, int... values) {
        var bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        file.append(bytes.flip());
    }

    @Test
    void syncedBytesSurviveACrashAndOthersMayNot() {
        var sizes = new HashSet<Integer>();
        for (long seed = 0; seed < 100; seed++) {
            var fresh = new SimulatedDisk("disk");
            var file = fresh.create("a");
            fresh.syncDirectory("");
            append(file, 1, 2, 3);
            file.sync();
            append(file, 4, 5, 6);
            fresh.crash(new Random(seed));
            var content = fresh.contentOf("a");
            assertThat(content).startsWith(1, 2, 3);
            sizes.add(content.length);
        }
        assertThat(sizes).containsExactlyInAnyOrder(3, 4, 5, 6);
    }

    @Test
    void whatASyncFailedToStoreNoLaterSyncStores() {
        var file = disk.create("a");
        disk.syncDirectory("");
        append(file, 1, 2, 3);
        file.sync();
        append(file, 4);
        disk.failNextSync();
        assertThatThrownBy(file::sync).isInstanceOf(DiskException.class);
        file.sync();
        assertThat(disk.contentOf("a")).containsExactly(1, 2, 3, 4);
        assertThat(disk.stored().size("a")).isEqualTo(3);
        assertThat(disk.isForgetful()).isTrue();
    }

    @Test
    void aFileIsStoredAgainOnceWhatWasForgottenIsCutOff() {
        var file = disk.create("a");
        disk.syncDirectory("");
        append(file, 1, 2);
        disk.failNextSync();
        assertThatThrownBy(file::sync).isInstanceOf(DiskException.class);
        file.truncate(0);
        append(file, 3);
        file.sync();
        assertThat(disk.stored().content("a", 0)).containsExactly(3);
    }

    @Test
    void aFileWhoseDirectoryWasNotSyncedMayBeGone() {
        var outcomes = new HashSet<List<String>>();
        for (long seed = 0; seed < 100; seed++) {
            var fresh = new SimulatedDisk("disk");
            fresh.create("a").close();
            fresh.syncDirectory("");
            fresh.create("b").close();
            fresh.rename("a", "c");
            fresh.crash(new Random(seed));
            outcomes.add(fresh.list(""));
        }
        assertThat(outcomes).containsExactlyInAnyOrder(List.of("a"), List.of("a", "b"), List.of("b", "c"));
    }

    @Test
    void anUnsyncedTruncationMayBeUndone() {
        var outcomes = new HashSet<Integer>();
        for (long seed = 0; seed < 200; seed++) {
            var fresh = new SimulatedDisk("disk");
            var file = fresh.create("a");
            fresh.syncDirectory("");
            append(file, 1, 2, 3, 4);
            file.sync();
            file.truncate(3);
            file.truncate(1);
            append(file, 9);
            fresh.crash(new Random(seed));
            var content = fresh.contentOf("a");
            assertThat(content).startsWith(1);
            if (content.length == 4) {
                assertThat(content).containsExactly(1, 2, 3, 4);
            }
            outcomes.add(content.length);
        }
        assertThat(outcomes).containsExactlyInAnyOrder(1, 2, 4);
    }

    @Test
    void aKilledProcessLosesNoByteButItsHandles() {
        var file = disk.create("a");
        append(file, 1, 2);
        disk.lock("lock");
        disk.kill();
        assertThat(disk.contentOf("a")).containsExactly(1, 2);
        assertThatThrownBy(file::size).isInstanceOf(DiskException.class);
        disk.lock("lock").close();
    }

    @Test
    void aFullDiskTakesWhatFitsAndFails() {
        var file = disk.create("a");
        disk.limitFreeBytes(2);
        assertThatThrownBy(() -> append(file, 1, 2, 3))
                .isInstanceOfSatisfying(
                        DiskException.class, e -> assertThat(e.kind()).isEqualTo(DiskException.Kind.FULL));
        assertThat(disk.contentOf("a")).containsExactly(1, 2);
        assertThat(disk.freeBytes()).isZero();
    }

    @Test
    void deletedFilesStayReadableWhileOpen() {
        var file = disk.create("a");
        append(file, 7);
        disk.delete("a");
        var target = ByteBuffer.allocate(4);
        assertThat(file.read(0, target)).isEqualTo(1);
        assertThat(disk.exists("a")).isFalse();
    }
}
