package io.flotilla.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.flotilla.model.record.BatchCanonicalizer.Outcome;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordBatches;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchCanonicalizerTest {
    private final ByteBuffer canonical = new RecordBatchBuilder(Codec.NONE, 0)
            .producer(7, 1, 5)
            .add(10, RecordBatchBuilderTest.bytes("k"), RecordBatchBuilderTest.bytes("v"))
            .build();
    private final RecordBatch message = parse(canonical);

    private static RecordBatch parse(ByteBuffer entry) {
        try {
            return RecordBatches.parseFrom(entry.duplicate()).getBatches(0);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static Outcome canonicalize(byte[] body) {
        var buffer = ByteBuffer.allocate(body.length + 6).position(3).put(body);
        return BatchCanonicalizer.canonicalize(buffer, 3, 3 + body.length);
    }

    private static ByteBuffer accepted(byte[] body) {
        assertThat(canonicalize(body)).isInstanceOf(Outcome.Canonical.class);
        return ((Outcome.Canonical) canonicalize(body)).entry();
    }

    private static String refusal(byte[] body) {
        assertThat(canonicalize(body)).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) canonicalize(body)).defect().message();
    }

    private RecordBatch.Builder fromAStub() {
        return message.toBuilder()
                .clearBaseOffset()
                .clearLeaderEpoch()
                .clearAppendTimeMs()
                .clearHeaderCrc();
    }

    @Test
    void aStubThatSetsOnlyItsOwnFieldsIsUnderstood() {
        assertThat(accepted(fromAStub().build().toByteArray())).isEqualTo(canonical);
        assertThat(accepted(fromAStub().clearCrc().build().toByteArray())).isEqualTo(canonical);
    }

    @Test
    void attributesAndProducerHaveDefaults() {
        var plain =
                new RecordBatchBuilder(Codec.NONE, 0).add(1, null, new byte[3]).build();
        var body = parse(plain).toBuilder()
                .clearCrc()
                .clearAttributes()
                .clearProducerId()
                .clearProducerEpoch()
                .clearBaseSequence()
                .build();
        assertThat(accepted(body.toByteArray())).isEqualTo(plain);
    }

    @Test
    void fieldsMayComeInAnyOrder() {
        var random = new Random(1);
        for (int round = 0; round < 50; round++) {
            var parts = new ArrayList<byte[]>();
            message.getAllFields()
                    .forEach((field, value) -> parts.add(RecordBatch.newBuilder()
                            .setField(field, value)
                            .build()
                            .toByteArray()));
            Collections.shuffle(parts, random);
            var body = new ByteArrayOutputStream();
            parts.forEach(body::writeBytes);
            assertThat(accepted(body.toByteArray())).isEqualTo(canonical);
        }
    }

    @Test
    void longVarintsAreShortened() {
        var body = fromAStub().clearPayload().build().toByteArray();
        var payload = message.getPayload().toByteArray();
        var stream = new ByteArrayOutputStream();
        stream.writeBytes(body);
        stream.writeBytes(new byte[] {(byte) 0xFA, (byte) 0x80, 0});
        stream.writeBytes(new byte[] {(byte) (payload.length | 0x80), (byte) 0x80, 0});
        stream.writeBytes(payload);
        assertThat(accepted(stream.toByteArray())).isEqualTo(canonical);
    }

    @Test
    void aWrongCrcIsKeptForTheCheckToFind() {
        var entry = accepted(fromAStub().setCrc(5).build().toByteArray());
        assertThat(BatchView.at(entry, 0).crc()).isEqualTo(5);
        assertThat(BatchCheck.produced(entry, 0, entry.limit()).kind()).isEqualTo(BatchDefect.Kind.BAD_CRC);
    }

    @Test
    void missingFieldsAreNamed() {
        assertThat(refusal(new byte[0])).isEqualTo("field 7 last_offset_delta is missing");
        assertThat(refusal(fromAStub().clearRecordCount().build().toByteArray()))
                .isEqualTo("field 8 record_count is missing");
        assertThat(refusal(fromAStub().clearUncompressedSize().build().toByteArray()))
                .isEqualTo("field 9 uncompressed_size is missing");
        assertThat(refusal(fromAStub().clearMaxTimestampMs().build().toByteArray()))
                .isEqualTo("field 14 max_timestamp_ms is missing");
        assertThat(refusal(fromAStub().clearPayload().build().toByteArray())).isEqualTo("field 15 payload is missing");
    }

    @Test
    void repeatedAndUnknownFieldsAreNamed() {
        var twice = new ByteArrayOutputStream();
        twice.writeBytes(fromAStub().build().toByteArray());
        twice.writeBytes(RecordBatch.newBuilder().setRecordCount(1).build().toByteArray());
        assertThat(refusal(twice.toByteArray())).isEqualTo("field 8 record_count is repeated");
        var unknown = fromAStub()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                16,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();
        assertThat(refusal(unknown.toByteArray())).isEqualTo("field 16 is unknown");
        var mistyped = RecordBatch.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                8,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();
        assertThat(refusal(mistyped.toByteArray())).isEqualTo("field 8 record_count has wire type 0 instead of 5");
    }

    @Test
    void everyCutAndEveryFlippedBitEitherIsRefusedOrFailsTheCheck() {
        var body = fromAStub().build().toByteArray();
        for (int length = 0; length < body.length; length++) {
            var cut = ByteString.copyFrom(body, 0, length).toByteArray();
            assertThat(canonicalize(cut)).as("cut to %d", length).isInstanceOf(Outcome.Refused.class);
        }
        for (int bit = 0; bit < body.length * 8; bit++) {
            var flipped = body.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if (canonicalize(flipped) instanceof Outcome.Canonical outcome
                    && !outcome.entry().equals(canonical)) {
                assertThat(BatchCheck.produced(
                                outcome.entry(), 0, outcome.entry().limit()))
                        .as("bit %d", bit)
                        .isNotNull();
            }
        }
    }
}
