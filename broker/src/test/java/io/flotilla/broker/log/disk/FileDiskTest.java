package io.flotilla.broker.log.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
    @TempDir
    Path temp;

    private FileDisk disk;

    @BeforeEach
    void openDisk() {
        disk = FileDisk.at(temp.resolve("a/b"));
    }

    private static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DiskException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private static ByteBuffer bytes(int... values) {
        var buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    @Test
    void appendsGatherAndReadsArePositional() {
        try (var file = disk.create("f")) {
            var direct = ByteBuffer.allocateDirect(2).put(bytes(3, 4)).flip();
            file.append(bytes(1, 2), bytes(), direct);
            file.append(bytes(5));
            file.sync();
            assertThat(file.size()).isEqualTo(5);
            var target = ByteBuffer.allocate(3);
            assertThat(file.read(1, target)).isEqualTo(3);
            assertThat(target.flip()).isEqualTo(bytes(2, 3, 4));
            assertThat(file.read(4, target.clear())).isEqualTo(1);
            assertThat(file.read(5, target.clear())).isZero();
            assertThat(file.read(99, target.clear())).isZero();
        }
        disk.syncDirectory("");
    }

    @Test
    void aFileOpenedAgainGrowsAtItsEnd() {
        try (var file = disk.create("f")) {
            file.append(bytes(1, 2, 3));
            file.truncate(1);
            file.append(bytes(9));
        }
        try (var file = disk.open("f")) {
            file.append(bytes(7));
            assertThat(file.size()).isEqualTo(3);
            var all = ByteBuffer.allocate(3);
            file.read(0, all);
            assertThat(all.flip()).isEqualTo(bytes(1, 9, 7));
            assertFails(Kind.IO, () -> file.truncate(4));
        }
    }

    @Test
    void directoriesAreListedSortedAndRenamedOnlyToFreeNames() {
        disk.createDirectory("x");
        disk.createDirectory("x");
        disk.create("x/2").close();
        disk.create("x/1").close();
        assertThat(disk.list("x")).containsExactly("1", "2");
        disk.rename("x/1", "x/2");
        assertThat(disk.list("x")).containsExactly("2");
        disk.createDirectory("y");
        assertFails(Kind.ALREADY_EXISTS, () -> disk.rename("y", "x"));
        disk.rename("y", "z");
        assertThat(disk.list("")).containsExactly("x", "z");
        assertThat(disk.isDirectory("z")).isTrue();
        assertThat(disk.isDirectory("x/2")).isFalse();
        disk.delete("z");
        assertThat(disk.exists("z")).isFalse();
        disk.syncDirectory("x");
    }

    @Test
    void failuresAreToldApart() throws Exception {
        disk.create("f").close();
        assertFails(Kind.ALREADY_EXISTS, () -> disk.create("f"));
        assertFails(Kind.NOT_FOUND, () -> disk.open("g"));
        assertFails(Kind.NOT_FOUND, () -> disk.delete("g"));
        assertFails(Kind.NOT_FOUND, () -> disk.list("g"));
        assertFails(Kind.SYNC_FAILED, () -> disk.syncDirectory("g"));
        var file = disk.open("f");
        file.close();
        assertFails(Kind.CLOSED, file::size);
        Files.writeString(temp.resolve("plain"), "x");
        assertThatThrownBy(() -> FileDisk.at(temp.resolve("plain/sub")))
                .isInstanceOf(DiskException.class)
                .hasMessageContaining("plain/sub");
    }

    @Test
    void theLockIsHeldOnceAndFreedWhenClosed() {
        var lock = disk.lock(".lock");
        var other = FileDisk.at(temp.resolve("a/b"));
        assertFails(Kind.LOCKED, () -> other.lock(".lock"));
        assertThatThrownBy(() -> other.lock(".lock")).hasMessageContaining("in use by another broker");
        lock.close();
        other.lock(".lock").close();
        assertThat(disk.freeBytes()).isPositive();
    }
}
