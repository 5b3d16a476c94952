package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.record.Crc32c;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Small files that are replaced as a whole and never half: written aside, synced, renamed over the old one. A CRC32C of
 * the content stands before it, so that damage shows.
 */
final class CheckedFile {
    private static final int CRC_BYTES = Integer.BYTES;
    private static final int SIZE_MAX = 1 << 30;

    private CheckedFile() {}

    /** What a file holds: its content, or null and, where the file exists, what is wrong with it. */
    record Content(@Nullable ByteBuffer bytes, @Nullable String damage) {}

    /**
     * Replaces the file; {@link Disk#syncDirectory} of its directory is left to the caller. Without space for it
     * nothing has changed.
     */
    static void replace(Disk disk, String path, ByteBuffer content) {
        String temporary = path + LogFiles.TEMPORARY;
        if (disk.exists(temporary)) {
            disk.delete(temporary);
        }
        var crc = ByteBuffer.allocate(CRC_BYTES);
        crc.putInt(0, Crc32c.of(content, content.position(), content.limit()));
        try (var file = disk.create(temporary)) {
            file.append(crc, content.duplicate());
            file.sync();
        } catch (DiskException e) {
            if (e.isFull()) {
                disk.delete(temporary); // what it takes, others may need
            }
            throw e;
        }
        disk.rename(temporary, path);
    }

    /** What is wrong with a file whose content is sound and of another kind. */
    static String misnamed(String path) {
        return path + " matches its checksum but is not what its name says";
    }

    static Content read(Disk disk, String path) {
        if (!disk.exists(path)) {
            return new Content(null, null);
        }
        try (var file = disk.open(path)) {
            long size = file.size();
            if (size < CRC_BYTES || size > SIZE_MAX) {
                return new Content(null, disk.name() + "/" + path + " has " + size + " bytes");
            }
            var bytes = ByteBuffer.allocate((int) size);
            if (file.read(0, bytes) != size) {
                throw new DiskException(DiskException.Kind.IO, "cannot read " + disk.name() + "/" + path + " in full");
            }
            int crc = bytes.getInt(0);
            if (crc != Crc32c.of(bytes, CRC_BYTES, bytes.capacity())) {
                return new Content(null, disk.name() + "/" + path + " does not match its checksum");
            }
            return new Content(bytes.position(CRC_BYTES).slice(), null);
        }
    }
}
