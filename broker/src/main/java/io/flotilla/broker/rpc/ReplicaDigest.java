package io.flotilla.broker.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.broker.log.CorruptLogException;
import io.flotilla.broker.log.LogSlice;
import io.flotilla.broker.log.LogTruncatedException;
import io.flotilla.broker.partition.DigestRange;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.proto.internal.v1.DigestReplicaResponse;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests the stored bytes of a range of a replica; reads the disk, so never on a loop. */
final class ReplicaDigest {
    private static final int READ_BYTES = 1 << 20;

    private ReplicaDigest() {}

    /** Throws {@link FlotillaException} with KAFKA_STORAGE_ERROR when the range cannot be read, or not any more. */
    static DigestReplicaResponse of(DigestRange range) {
        MessageDigest sha256 = sha256();
        long batches = 0;
        long bytes = 0;
        long next = range.startOffset();
        try {
            while (next < range.endOffset()) {
                ByteBuffer region = read(range, next);
                for (BatchView batch : BatchRegion.of(region)) {
                    batches++;
                    next = batch.nextOffset();
                }
                bytes += region.remaining();
                sha256.update(region);
            }
        } catch (LogTruncatedException | CorruptLogException | DiskException e) {
            throw refused("the replica could not be read at offset " + next + ": " + e.getMessage());
        }
        return DigestReplicaResponse.newBuilder()
                .setStartOffset(range.startOffset())
                .setEndOffset(range.endOffset())
                .setBatches(batches)
                .setBytes(bytes)
                .setSha256(ByteString.copyFrom(sha256.digest()))
                .build();
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
