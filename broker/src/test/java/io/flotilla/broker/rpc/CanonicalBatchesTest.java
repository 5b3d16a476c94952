package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.record.BatchCheck;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordBatches;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CanonicalBatchesTest {
    private static final RecordBatch COMPLETE = StubBatches.complete("first", "second");
    private static final RecordBatch SPARSE = StubBatches.of("third");

    @Test
    void batchesWithAllFieldsStayWhereTheyAre() {
        ByteBuffer region = region(COMPLETE, COMPLETE);
        assertThat(CanonicalBatches.of(region)).isSameAs(region);
    }

    @Test
    void batchesWithoutTheBrokersFieldsGetThem() {
        ByteBuffer canonical = CanonicalBatches.of(region(COMPLETE, SPARSE, COMPLETE));
        assertThat(BatchCheck.producedRegion(canonical)).isNull();
        assertThat(StubBatches.payloads(canonical)).containsExactly("first", "second", "third", "first", "second");
    }

    @Test
    void whatIsNoBatchIsRefusedByItsNumber() {
        assertRefused(region(COMPLETE, RecordBatch.getDefaultInstance()), "batch 1");
        assertRefused(ByteBuffer.wrap(HexFormat.of().parseHex("0a03ffffff")), "batch 0");
        assertRefused(region(COMPLETE.toBuilder().clearPayload().build()), "payload");
    }

    @Test
    void anEmptyRegionIsLeftToThePartition() {
        assertThat(CanonicalBatches.of(ByteBuffer.allocate(0)).hasRemaining()).isFalse();
    }

    private static void assertRefused(ByteBuffer region, String words) {
        assertThatThrownBy(() -> CanonicalBatches.of(region))
                .hasMessageContaining("CORRUPT_MESSAGE (NOT_APPLIED)")
                .hasMessageContaining(words);
    }

    private static ByteBuffer region(RecordBatch... batches) {
        RecordBatches.Builder region = RecordBatches.newBuilder();
        for (RecordBatch batch : batches) {
            region.addBatches(batch);
        }
        return ByteBuffer.wrap(region.build().toByteArray());
    }
}
