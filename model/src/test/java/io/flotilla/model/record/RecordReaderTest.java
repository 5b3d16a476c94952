package io.flotilla.model.record;

import static io.flotilla.model.record.RecordBatchBuilderTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.proto.v1.Record;
import io.flotilla.proto.v1.RecordSet;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordReaderTest {
    /** A batch around a payload, whatever is in it. */
    private static BatchView batch(byte[] payload, int records, Codec codec, int uncompressedSize) {
        var bytes = new byte[BatchLayout.MAX_PREFIX_BYTES + payload.length];
        System.arraycopy(payload, 0, bytes, BatchLayout.MAX_PREFIX_BYTES, payload.length);
        int bodyLength = BatchLayout.PAYLOAD_LENGTH + Varint.widthOf(payload.length) + payload.length;
        int start = bytes.length - bodyLength - Varint.widthOf(bodyLength) - 1;
        new BatchFields()
                .attributes(codec.id())
                .counts(records - 1, records, uncompressedSize)
                .writeAround(bytes, start, payload.length);
        return BatchView.at(ByteBuffer.wrap(bytes), start);
    }

    private static int readAll(BatchView batch) {
        var reader = RecordReader.of(batch);
        int count = 0;
        while (reader.next()) {
            reader.keyBytes();
            reader.headers();
            count++;
        }
        return count;
    }

    @Test
    void nullEmptyAndHeadersAreToldApart() {
        var entry = new RecordBatchBuilder(Codec.NONE, 0)
                .add(1, null, new byte[0])
                .add(
                        2,
                        new byte[0],
                        null,
                        List.of(RecordBatchBuilderTest.header("a", "1"), new RecordHeader("ü", null)))
                .build();
        var reader = RecordReader.of(BatchView.at(entry, 0));
        assertThat(reader.next()).isTrue();
        assertThat(reader.key()).isNull();
        assertThat(reader.value()).isEqualTo(ByteBuffer.allocate(0));
        assertThat(reader.headers()).isEmpty();
        assertThat(reader.next()).isTrue();
        assertThat(reader.keyBytes()).isEmpty();
        assertThat(reader.value()).isNull();
        assertThat(reader.headerCount()).isEqualTo(2);
        assertThat(reader.headers())
                .containsExactly(new RecordHeader("a", ByteBuffer.wrap(bytes("1"))), new RecordHeader("ü", null));
        assertThat(reader.next()).isFalse();
    }

    @Test
    void gapsInOffsetsAreFine() {
        var set = RecordSet.newBuilder()
                .addRecords(Record.newBuilder().setOffsetDelta(2))
                .addRecords(Record.newBuilder().setOffsetDelta(6))
                .build()
                .toByteArray();
        var bytes = batch(set, 7, Codec.NONE, set.length);
        LittleEndian.writeInt(bytes.buffer(), bytes.bodyPosition() + BatchLayout.RECORD_COUNT, 2);
        BatchPatch.assign(bytes, 100, 0, 0);
        var reader = RecordReader.of(bytes);
        assertThat(reader.next()).isTrue();
        assertThat(reader.offset()).isEqualTo(102);
        assertThat(reader.next()).isTrue();
        assertThat(reader.offset()).isEqualTo(106);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void wrongCountsAndOffsetsAreCorrupt() {
        var two = RecordSet.newBuilder()
                .addRecords(Record.newBuilder())
                .addRecords(Record.newBuilder().setOffsetDelta(1))
                .build()
                .toByteArray();
        assertThat(readAll(batch(two, 2, Codec.NONE, two.length))).isEqualTo(2);
        assertThatThrownBy(() -> readAll(batch(two, 3, Codec.NONE, two.length)))
                .isInstanceOf(CorruptBatchException.class)
                .hasMessageContaining("has 2 records, record_count is 3");
        assertThatThrownBy(() -> readAll(batch(two, 1, Codec.NONE, two.length)))
                .isInstanceOf(CorruptBatchException.class)
                .hasMessageContaining("offset_delta 1 follows 0");
        var same = RecordSet.newBuilder()
                .addRecords(Record.newBuilder())
                .addRecords(Record.newBuilder())
                .build()
                .toByteArray();
        assertThatThrownBy(() -> readAll(batch(same, 2, Codec.NONE, same.length)))
                .isInstanceOf(CorruptBatchException.class)
                .hasMessageContaining("offset_delta 0 follows 0");
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void aPayloadThatYieldsMoreOrLessThanAnnouncedIsCorrupt(Codec codec) {
        var builder = new RecordBatchBuilder(codec, 0);
        for (int i = 0; i < 100; i++) {
            builder.add(1, null, new byte[100]);
        }
        var view = BatchView.at(builder.build(), 0);
        int size = view.uncompressedSize();
        var payload = new byte[view.payload().remaining()];
        view.payload().get(payload);
        assertThat(readAll(batch(payload, 100, codec, size))).isEqualTo(100);
        for (int wrong : new int[] {size - 1, size + 1, 1, BatchLayout.MAX_UNCOMPRESSED_BYTES}) {
            assertThatThrownBy(() -> readAll(batch(payload, 100, codec, wrong)))
                    .as("%s announced as %d", codec, wrong)
                    .isInstanceOf(CorruptBatchException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void garbagePayloadsAreCorruptNotFatal(Codec codec) {
        var random = new Random(codec.id());
        for (int round = 0; round < 500; round++) {
            var payload = new byte[1 + random.nextInt(200)];
            random.nextBytes(payload);
            int size = codec == Codec.NONE ? payload.length : 1 + random.nextInt(1000);
            var view = batch(payload, 1 + random.nextInt(3), codec, size);
            try {
                readAll(view);
            } catch (CorruptBatchException expected) {
                assertThat(expected.defect().message()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void damagedPayloadsAreCorruptNotFatal(Codec codec) {
        var builder = new RecordBatchBuilder(codec, 0);
        for (int i = 0; i < 50; i++) {
            builder.add(i, bytes("key"), bytes("value value value " + i));
        }
        var view = BatchView.at(builder.build(), 0);
        var sound = new byte[view.payload().remaining()];
        view.payload().get(sound);
        var random = new Random(codec.id());
        for (int round = 0; round < 2000; round++) {
            var payload = sound.clone();
            payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                readAll(batch(payload, 50, codec, view.uncompressedSize()));
            } catch (CorruptBatchException expected) {
                assertThat(expected.defect().message()).isNotEmpty();
            }
        }
    }
}
