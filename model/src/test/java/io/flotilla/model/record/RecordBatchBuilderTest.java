package io.flotilla.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.proto.v1.Header;
import io.flotilla.proto.v1.Record;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordBatches;
import io.flotilla.proto.v1.RecordSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBatchBuilderTest {
    @Test
    void encodesExactlyWhatAStubSerialises() throws Exception {
        var entry = new RecordBatchBuilder(Codec.NONE, 0)
                .producer(7, 3, 41)
                .add(1_700_000_000_000L, bytes("key"), bytes("value"))
                .add(1_699_999_999_000L, null, null, List.of(header("trace", "abc"), new RecordHeader("", null)))
                .add(1_700_000_000_500L, new byte[0], new byte[300])
                .build();

        var parsed = RecordBatches.parseFrom(entry.duplicate());
        assertThat(ByteBuffer.wrap(parsed.toByteArray())).isEqualTo(entry);
        var batch = parsed.getBatches(0);
        var set = RecordSet.parseFrom(batch.getPayload());
        assertThat(set.toByteString()).isEqualTo(batch.getPayload());
        assertThat(set)
                .isEqualTo(RecordSet.newBuilder()
                        .addRecords(Record.newBuilder().setKey(utf8("key")).setValue(utf8("value")))
                        .addRecords(Record.newBuilder()
                                .setOffsetDelta(1)
                                .setTimestampDeltaMs(-1000)
                                .addHeaders(Header.newBuilder().setKey("trace").setValue(utf8("abc")))
                                .addHeaders(Header.newBuilder()))
                        .addRecords(Record.newBuilder()
                                .setOffsetDelta(2)
                                .setTimestampDeltaMs(500)
                                .setKey(ByteString.EMPTY)
                                .setValue(ByteString.copyFrom(new byte[300])))
                        .build());
        assertThat(batch.getProducerId()).isEqualTo(7);
        assertThat(batch.getProducerEpoch()).isEqualTo(3);
        assertThat(batch.getBaseSequence()).isEqualTo(41);
        assertThat(batch.getBaseTimestampMs()).isEqualTo(1_700_000_000_000L);
        assertThat(batch.getMaxTimestampMs()).isEqualTo(1_700_000_000_500L);
        assertThat(batch.getLastOffsetDelta()).isEqualTo(2);
        assertThat(batch.getRecordCount()).isEqualTo(3);
        assertThat(batch.getUncompressedSize()).isEqualTo(batch.getPayload().size());
    }

    @Test
    void crcCoversWhatAStubWithOnlyTheProducersFieldsSerialises() throws Exception {
        var entry =
                new RecordBatchBuilder(Codec.NONE, 0).add(1, null, bytes("v")).build();
        var onlyProducers = RecordBatches.parseFrom(entry.duplicate()).getBatches(0).toBuilder()
                .clearBaseOffset()
                .clearLeaderEpoch()
                .clearAppendTimeMs()
                .clearHeaderCrc()
                .clearCrc()
                .build()
                .toByteArray();
        assertThat(BatchView.at(entry, 0).crc())
                .isEqualTo(Crc32c.of(ByteBuffer.wrap(onlyProducers), 0, onlyProducers.length));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 20, 21, 22, 30, 31, 32, 33, 34, 35, 36, 110, 120, 121, 127, 128, 16_200, 16_383, 20_000, 2_097_152
            })
    void everyLengthOfVarintIsWrittenAsTheStubDoes(int valueBytes) throws Exception {
        var entry = new RecordBatchBuilder(Codec.NONE, 0)
                .add(5, null, new byte[valueBytes])
                .build();
        assertThat(BatchCheck.produced(entry, 0, entry.limit())).isNull();
        assertThat(ByteBuffer.wrap(RecordBatches.parseFrom(entry.duplicate()).toByteArray()))
                .isEqualTo(entry);
        assertThat(BatchView.at(entry, 0).sizeBytes()).isEqualTo(entry.limit());
    }

    @Test
    void viewReadsWhatAStubSerialised() {
        var stub = RecordBatch.newBuilder()
                .setBaseOffset(0x0102030405060708L)
                .setLeaderEpoch(9)
                .setAppendTimeMs(10)
                .setHeaderCrc(11)
                .setCrc(12)
                .setAttributes(0x14)
                .setLastOffsetDelta(5)
                .setRecordCount(6)
                .setUncompressedSize(7)
                .setProducerId(8)
                .setProducerEpoch(9)
                .setBaseSequence(Integer.MAX_VALUE)
                .setBaseTimestampMs(-1)
                .setMaxTimestampMs(14)
                .setPayload(utf8("payload"))
                .build();
        var direct = ByteBuffer.allocateDirect(500);
        direct.position(17);
        direct.put(RecordBatches.newBuilder().addBatches(stub).build().toByteArray());
        direct.limit(direct.position());
        var view = BatchView.at(direct, 17);
        assertThat(view.baseOffset()).isEqualTo(0x0102030405060708L);
        assertThat(view.nextOffset()).isEqualTo(0x0102030405060708L + 6);
        assertThat(view.leaderEpoch()).isEqualTo(9);
        assertThat(view.appendTimeMs()).isEqualTo(10);
        assertThat(view.headerCrc()).isEqualTo(11);
        assertThat(view.crc()).isEqualTo(12);
        assertThat(view.codec()).isEqualTo(Codec.ZSTD);
        assertThat(view.isTransactional()).isTrue();
        assertThat(view.isControl()).isFalse();
        assertThat(view.recordCount()).isEqualTo(6);
        assertThat(view.uncompressedSize()).isEqualTo(7);
        assertThat(view.producerId()).isEqualTo(8);
        assertThat(view.producerEpoch()).isEqualTo(9);
        assertThat(view.baseSequence()).isEqualTo(Integer.MAX_VALUE);
        assertThat(view.lastSequence()).isEqualTo(4);
        assertThat(view.baseTimestampMs()).isEqualTo(-1);
        assertThat(view.maxTimestampMs()).isEqualTo(14);
        assertThat(view.payload()).isEqualTo(ByteBuffer.wrap(bytes("payload")));
        assertThat(view.end()).isEqualTo(direct.limit());
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void everyCodecGivesTheRecordsBack(Codec codec) {
        var builder = new RecordBatchBuilder(codec, 0).producer(1, 0, 0);
        for (int i = 0; i < 1000; i++) {
            builder.add(1000 + i, bytes("key-" + i % 10), bytes("the same value again and again " + i));
        }
        var entry = builder.build();
        assertThat(BatchCheck.produced(entry, 0, entry.limit())).isNull();
        assertThat(BatchView.at(entry, 0).codec()).isEqualTo(codec);
        var direct =
                ByteBuffer.allocateDirect(entry.limit()).put(entry.duplicate()).flip();
        for (var buffer : List.of(entry, direct)) {
            var reader = RecordReader.of(BatchView.at(buffer, 0));
            for (int i = 0; i < 1000; i++) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.offset()).isEqualTo(i);
                assertThat(reader.timestampMs()).isEqualTo(1000 + i);
                assertThat(reader.keyBytes()).isEqualTo(bytes("key-" + i % 10));
                assertThat(reader.valueBytes()).isEqualTo(bytes("the same value again and again " + i));
                assertThat(reader.headers()).isEmpty();
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void whatDoesNotShrinkStaysUncompressed(Codec codec) {
        var entry = new RecordBatchBuilder(codec, 0).add(0, null, bytes("x")).build();
        assertThat(BatchView.at(entry, 0).codec()).isEqualTo(Codec.NONE);
        assertThat(BatchCheck.produced(entry, 0, entry.limit())).isNull();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static RecordHeader header(String key, String value) {
        return new RecordHeader(key, ByteBuffer.wrap(bytes(value)));
    }
}
