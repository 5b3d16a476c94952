package io.flotilla.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.proto.v1.Record;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordSet;
import java.util.ArrayList;
import java.util.List;

/** Reads stored batches with the generated messages alone. */
final class Logs {
    private Logs() {}

    static List<Record> records(List<RecordBatch> batches) {
        List<Record> records = new ArrayList<>();
        for (RecordBatch batch : batches) {
            try {
                records.addAll(RecordSet.parseFrom(batch.getPayload()).getRecordsList());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("no RecordSet at offset " + batch.getBaseOffset(), e);
            }
        }
        return records;
    }

    static List<String> values(List<RecordBatch> batches) {
        return records(batches).stream()
                .map(record -> record.getValue().toStringUtf8())
                .toList();
    }
}
