package io.flotilla.model.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordBatches;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SplicedMessageTest {
    private static final int PAYLOAD_BYTES = 200_000;
    private static final RecordBatches BATCHES = RecordBatches.newBuilder()
            .addBatches(RecordBatch.newBuilder().setPayload(ByteString.copyFrom(new byte[PAYLOAD_BYTES])))
            .build();
    private static final FetchResponse FIELDS =
            FetchResponse.newBuilder().setCorrelationId(9).setHighWatermark(4).build();
    private static final FetchResponse WHOLE =
            FIELDS.toBuilder().addAllBatches(BATCHES.getBatchesList()).build();

    private final Region region = new Region(ByteBuffer.wrap(BATCHES.toByteArray()), PAYLOAD_BYTES * 2);

    @Test
    void fieldsAndStoredBatchesMakeOneMessage() throws Exception {
        SplicedMessage message = new SplicedMessage(FIELDS.toByteArray(), region);
        int announced = message.available();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(message.drainTo(out)).isEqualTo(announced);
        assertThat(message.available()).isZero();
        assertThat(FetchResponse.parseFrom(out.toByteArray())).isEqualTo(WHOLE);
    }

    @Test
    void whoeverReadsItAsAStreamGetsTheSameBytes() throws Exception {
        assertThat(FetchResponse.parseFrom((InputStream) new SplicedMessage(FIELDS.toByteArray(), region)))
                .isEqualTo(WHOLE);
        SplicedMessage byByte = new SplicedMessage(FIELDS.toByteArray(), RegionBytes.NONE);
        assertThat(byByte.read()).isEqualTo(FIELDS.toByteArray()[0]);
        assertThat(MessageBytes.owned(byByte)).hasSize(FIELDS.getSerializedSize() - 1);
        assertThat(byByte.read()).isEqualTo(-1);
    }

    @Test
    void directMemoryIsSplicedToo() throws Exception {
        byte[] stored = BATCHES.toByteArray();
        ByteBuffer direct = ByteBuffer.allocateDirect(stored.length).put(stored).flip();
        SplicedMessage message = new SplicedMessage(FIELDS.toByteArray(), RegionBytes.of(direct));
        assertThat(FetchResponse.parseFrom(MessageBytes.owned(message))).isEqualTo(WHOLE);
    }

    @Test
    void closingItLetsGoOfTheRegion() {
        new SplicedMessage(new byte[0], region).close();
        assertThat(region.closed).isTrue();
    }

    @Test
    void aRegionThatEndsEarlyFailsTheMessage() {
        Region torn = new Region(ByteBuffer.wrap(BATCHES.toByteArray()), 100);
        SplicedMessage message = new SplicedMessage(FIELDS.toByteArray(), torn);
        assertThatThrownBy(() -> message.drainTo(new ByteArrayOutputStream())).isInstanceOf(EOFException.class);
    }

    private static final class Region implements RegionBytes {
        private final RegionBytes bytes;
        private final int validBytes;
        private boolean closed;

        Region(ByteBuffer bytes, int validBytes) {
            this.bytes = RegionBytes.of(bytes);
            this.validBytes = validBytes;
        }

        @Override
        public int sizeBytes() {
            return bytes.sizeBytes();
        }

        @Override
        public int read(int position, byte[] target, int length) throws IOException {
            if (position + length > validBytes) {
                throw new EOFException("only " + validBytes + " bytes are there");
            }
            return bytes.read(position, target, length);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
