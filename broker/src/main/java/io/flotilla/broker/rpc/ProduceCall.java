package io.flotilla.broker.rpc;

import io.flotilla.proto.v1.ProduceRequest;
import java.nio.ByteBuffer;

/**
 * A produce request as it came: the batches raw, the rest parsed. Owned by its stream's listener, then by the
 * partition.
 *
 * @param fields the request without its batches
 * @param batches entries of field 1, framed canonically but unchecked
 * @param sizeBytes size of the message, which the batches keep in memory
 * @param defect why the message could not be read; empty when it could
 */
record ProduceCall(ProduceRequest fields, ByteBuffer batches, int sizeBytes, String defect) {
    /** A message that is no produce request. */
    static ProduceCall malformed(int sizeBytes, String defect) {
        return new ProduceCall(ProduceRequest.getDefaultInstance(), ByteBuffer.allocate(0), sizeBytes, defect);
    }

    boolean isMalformed() {
        return !defect.isEmpty();
    }
}
