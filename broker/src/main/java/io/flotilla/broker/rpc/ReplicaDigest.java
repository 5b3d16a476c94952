package io.flotilla.broker.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.broker.log.CorruptLogException;
import io.flotilla.broker.log.LogSlice;
import io.flotilla.broker.log.LogTruncatedException;
import io.flotilla.broker.log.compact.KeyOffsets;
import io.flotilla.broker.partition.DigestRange;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordReader;
import io.flotilla.proto.internal.v1.DigestReplicaResponse;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Digests the stored bytes of a range of a replica; of a compacted one the last record of each key, without tombstones:
 * what each replica has, however far it is cleaned. Reads the disk, so never on a loop.
 */
final class ReplicaDigest {
    private static final int READ_BYTES = 1 << 20;
    /** About 24 MiB of memory for one digest. */
    private static final int KEYS_MAX = 900_000;

    private ReplicaDigest() {}

    /** Throws {@link FlotillaException} with KAFKA_STORAGE_ERROR when the range cannot be read, or not any more. */
    static DigestReplicaResponse of(DigestRange range) {
        Digest digest = range.compacted() ? new LastRecords(range) : new StoredBatches();
        try {
            if (digest instanceof LastRecords last) {
                forEach(range, last::learn);
            }
            forEach(range, digest::add);
        } catch (LogTruncatedException | CorruptLogException | CorruptBatchException | DiskException e) {
            throw refused(
                    "the replica could not be read from offset " + range.startOffset() + " on: " + e.getMessage());
        }
        return DigestReplicaResponse.newBuilder()
                .setStartOffset(range.startOffset())
                .setEndOffset(range.endOffset())
                .setBatches(digest.count)
                .setBytes(digest.bytes)
                .setSha256(ByteString.copyFrom(digest.sha256.digest()))
                .build();
    }

    private static void forEach(DigestRange range, Consumer<BatchView> visitor) {
        long next = range.startOffset();
        while (next < range.endOffset()) {
            for (BatchView batch : BatchRegion.of(read(range, next))) {
                next = batch.nextOffset();
                visitor.accept(batch);
            }
        }
    }

    /** Of what was added. */
    private abstract static class Digest {
        final MessageDigest sha256 = sha256();
        long count;
        long bytes;

        abstract void add(BatchView batch);
    }

    private static final class StoredBatches extends Digest {
        @Override
        void add(BatchView batch) {
            count++;
            bytes += batch.sizeBytes();
            sha256.update(batch.entry());
        }
    }

    /** The last record of each key in a range. */
    private static final class LastRecords extends Digest {
        private final DigestRange range;
        private final KeyOffsets latest = new KeyOffsets(KEYS_MAX);

        LastRecords(DigestRange range) {
            this.range = range;
        }

        void learn(BatchView batch) {
            RecordReader records = RecordReader.of(batch);
            while (records.next()) {
                ByteBuffer key = keyWithin(records);
                if (key != null && !latest.put(key, records.offset())) {
                    throw refused("the replica has more than " + KEYS_MAX + " keys, which nobody compares");
                }
            }
        }

        @Override
        void add(BatchView batch) {
            RecordReader records = RecordReader.of(batch);
            while (records.next()) {
                ByteBuffer key = keyWithin(records);
                ByteBuffer value = records.value();
                if (key != null && value != null && latest.latest(key) == records.offset()) {
                    count++;
                    bytes += key.remaining() + value.remaining();
                    ByteBuffer fixed = ByteBuffer.allocate(2 * Long.BYTES + 2 * Integer.BYTES);
                    fixed.putLong(records.offset()).putLong(records.timestampMs());
                    fixed.putInt(key.remaining()).putInt(value.remaining()).flip();
                    sha256.update(fixed);
                    sha256.update(key);
                    sha256.update(value);
                }
            }
        }

        private @Nullable ByteBuffer keyWithin(RecordReader records) {
            return records.offset() >= range.startOffset() ? records.key() : null;
        }
    }

    private static ByteBuffer read(DigestRange range, long offset) {
        try (LogSlice slice = range.log().read(offset, READ_BYTES, range.endOffset())) {
            if (slice == null || slice.isEmpty()) {
                throw refused("offset " + offset + " is no longer in the log");
            }
            return slice.copy();
        }
    }

    private static FlotillaException refused(String message) {
        return FlotillaError.notApplied(ErrorCode.KAFKA_STORAGE_ERROR, message).exception();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
