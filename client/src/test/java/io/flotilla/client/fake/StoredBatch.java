package io.flotilla.client.fake;

import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchView;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordBatches;
import java.nio.ByteBuffer;

/** Generated batches as a broker stores them. */
final class StoredBatch {
    private StoredBatch() {}

    /** The batch with the checksum over the fields that the broker assigned. */
    static RecordBatch withHeaderCrc(RecordBatch batch) {
        byte[] entry = RecordBatches.newBuilder().addBatches(batch).build().toByteArray();
        BatchView view = BatchView.at(ByteBuffer.wrap(entry), 0);
        BatchPatch.assign(view, batch.getBaseOffset(), batch.getLeaderEpoch(), batch.getAppendTimeMs());
        return batch.toBuilder().setHeaderCrc(view.headerCrc()).build();
    }
}
