package io.flotilla.broker.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.proto.v1.Record;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordBatches;
import io.flotilla.proto.v1.RecordSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Batches as a client builds them that has nothing but the generated stub. */
final class StubBatches {
    static final long TIMESTAMP_MS = 1_700_000_000_000L;

    private StubBatches() {}

    /** A batch with the producer's fields only, without a checksum. */
    static RecordBatch of(String... values) {
        RecordSet.Builder records = RecordSet.newBuilder();
        for (int i = 0; i < values.length; i++) {
            records.addRecords(Record.newBuilder().setOffsetDelta(i).setValue(ByteString.copyFromUtf8(values[i])));
        }
        ByteString payload = records.build().toByteString();
        return RecordBatch.newBuilder()
                .setAttributes(0)
                .setLastOffsetDelta(values.length - 1)
                .setRecordCount(values.length)
                .setUncompressedSize(payload.size())
                .setProducerId(-1)
                .setProducerEpoch(-1)
                .setBaseSequence(-1)
                .setBaseTimestampMs(TIMESTAMP_MS)
                .setMaxTimestampMs(TIMESTAMP_MS)
                .setPayload(payload)
                .build();
    }

    /** A batch with all fifteen fields, its checksum over what the stub serialises of fields 6 to 15. */
    static RecordBatch complete(String... values) {
        RecordBatch sparse = of(values);
        CRC32C crc = new CRC32C();
        crc.update(sparse.toByteArray());
        return sparse.toBuilder()
                .setBaseOffset(0)
                .setLeaderEpoch(0)
                .setAppendTimeMs(0)
                .setHeaderCrc(0)
                .setCrc((int) crc.getValue())
                .build();
    }

    /** The values of all records, in order. */
    static List<String> payloads(List<RecordBatch> batches) throws InvalidProtocolBufferException {
        List<String> values = new ArrayList<>();
        for (RecordBatch batch : batches) {
            for (Record record : RecordSet.parseFrom(batch.getPayload()).getRecordsList()) {
                values.add(record.getValue().toStringUtf8());
            }
        }
        return values;
    }

    static List<String> payloads(ByteBuffer region) {
        try {
            return payloads(RecordBatches.parseFrom(region.duplicate()).getBatchesList());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("the region is no RecordBatches", e);
        }
    }
}
