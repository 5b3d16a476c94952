package io.flotilla.quorum.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs the one kind of damage that a power loss leaves by itself: the last record of the open, preallocated segment
 * written in part, and nothing but zeros after it. Such a record was never synced, so never acknowledged.
 *
 * <p>Everything else is decay or a bug, and Ratis rightly refuses to start on it; then the message here is better. The
 * format is Ratis's {@code SegmentedRaftLogFormat}: a header, then records of a varint length, that many bytes, and the
 * CRC32C of both; zeros end the log.
 */
final class OpenSegment {

    private static final Logger LOG = LoggerFactory.getLogger(OpenSegment.class);
    private static final int HEADER_BYTES = 8;
    private static final int CRC_BYTES = 4;
    private static final int SECTOR_BYTES = 512;
    private static final int VARINT_BYTES_MAX = 5;

    private final Path file;
    private final byte[] bytes;

    private OpenSegment(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Cuts a torn last record off the open segment in {@code directory}.
     *
     * @throws StorageRefusedException when the segment is damaged in any other way
     */
    static void repairTail(Path directory) throws IOException {
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory, "log_inprogress_*")) {
            for (Path segment : segments) {
                new OpenSegment(segment, Files.readAllBytes(segment)).repair();
            }
        }
    }

    private void repair() throws IOException {
        int end = lastNonZero() + 1;
        if (end <= HEADER_BYTES) {
            return; // empty, or a header in part: Ratis removes such a segment itself
        }
        int position = HEADER_BYTES;
        while (position < end) {
            int length = recordLength(position);
            if (!isWhole(position, length)) {
                cutAt(position, length, end);
                return;
            }
            position += length;
        }
    }

    private void cutAt(int position, int length, int end) throws IOException {
        boolean isLast = length > 0 && end <= (long) position + length;
        if (!isLast || !looksUnwritten(position, position + length)) {
            throw new StorageRefusedException("Raft log segment " + file + " is damaged at byte " + position
                    + ": that record is not merely cut short by a power loss, so committed metadata may be affected. "
                    + "Keep the file for analysis. " + SnapshotFiles.WAY_OUT);
        }
        LOG.warn("Cut a torn record of {} bytes off {} at byte {}; it was never acknowledged", length, file, position);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(position);
            channel.force(true);
        }
    }

    /**
     * Whole length of the record at {@code position}: varint, body and checksum; 0 where no valid length stands there.
     */
    private int recordLength(int position) {
        int body = 0;
        for (int i = 0; i < VARINT_BYTES_MAX && position + i < bytes.length; i++) {
            byte b = bytes[position + i];
            body |= (b & 0x7f) << (7 * i);
            if (b >= 0) {
                boolean sane = body > 0 && body <= RaftSettings.APPENDER_BYTES_MAX;
                return sane ? i + 1 + body + CRC_BYTES : 0;
            }
        }
        return 0;
    }

    private boolean isWhole(int position, int length) {
        if (length == 0 || position + length > bytes.length) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, position, length - CRC_BYTES);
        return (int) crc.getValue() == ByteBuffer.wrap(bytes).getInt(position + length - CRC_BYTES);
    }

    /**
     * A write that a power loss cut short leaves zeros where bytes never arrived: the checksum at the end, or a whole
     * sector. A record with neither was written whole and decayed later; it may have been acknowledged.
     */
    private boolean looksUnwritten(int from, int to) {
        if (to > bytes.length || isZero(to - CRC_BYTES, to)) {
            return true;
        }
        int firstSector = (from + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
        for (int sector = firstSector; sector + SECTOR_BYTES <= to; sector += SECTOR_BYTES) {
            if (isZero(sector, sector + SECTOR_BYTES)) {
                return true;
            }
        }
        return false;
    }

    private boolean isZero(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private int lastNonZero() {
        int last = bytes.length - 1;
        while (last >= 0 && bytes[last] == 0) {
            last--;
        }
        return last;
    }
}
