package io.flotilla.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.record.BatchDefect.Kind;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchCheckTest {
    private static final int BODY = 2;

    /** An entry of less than 128 bytes: tag, one byte of length, body. */
    private final ByteBuffer entry = new RecordBatchBuilder(Codec.NONE, 0)
            .producer(7, 1, 5)
            .add(10, null, new byte[] {1})
            .add(11, null, new byte[] {2})
            .build();

    private BatchDefect produced() {
        return BatchCheck.produced(entry, 0, entry.limit());
    }

    /** What {@code produced} says after a field was changed and crc made right again. */
    private BatchDefect producedWith(Consumer<ByteBuffer> change) {
        change.accept(entry);
        var view = BatchView.at(entry, 0);
        LittleEndian.writeInt(
                entry, BODY + BatchLayout.CRC, Crc32c.of(entry, BODY + BatchLayout.CRC_START, view.end()));
        return produced();
    }

    private static Consumer<ByteBuffer> int32(int position, int value) {
        return buffer -> LittleEndian.writeInt(buffer, BODY + position, value);
    }

    private static Consumer<ByteBuffer> int64(int position, long value) {
        return buffer -> LittleEndian.writeLong(buffer, BODY + position, value);
    }

    private static void assertDefect(BatchDefect defect, Kind kind, String... words) {
        assertThat(defect).isNotNull();
        assertThat(defect.kind()).as(defect.message()).isEqualTo(kind);
        assertThat(defect.message()).contains(words);
    }

    @Test
    void aSoundBatchPasses() {
        assertThat(produced()).isNull();
        assertThat(BatchCheck.stored(entry, 0, entry.limit())).isNull();
    }

    @Test
    void everyCutIsNoticed() {
        for (int length = 0; length < entry.limit(); length++) {
            var defect = BatchCheck.stored(entry, 0, length);
            assertThat(defect).as("cut to %d", length).isNotNull();
            assertThat(defect.kind()).as("cut to %d: %s", length, defect).isEqualTo(Kind.TRUNCATED);
        }
    }

    @Test
    void everyFlippedBitIsNoticed() {
        for (int bit = 0; bit < entry.limit() * 8; bit++) {
            var copy = ByteBuffer.allocate(entry.limit()).put(entry.duplicate()).flip();
            copy.put(bit / 8, (byte) (copy.get(bit / 8) ^ 1 << bit % 8));
            assertThat(BatchCheck.stored(copy, 0, copy.limit()))
                    .as("bit %d", bit)
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomBytesNeverThrow(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(260)];
            random.nextBytes(bytes);
            if (bytes.length > 2 && random.nextBoolean()) {
                entry.get(0, bytes, 0, Math.min(bytes.length, entry.limit()));
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            var buffer = ByteBuffer.wrap(bytes);
            var stored = BatchCheck.stored(buffer, 0, bytes.length);
            var produced = BatchCheck.produced(buffer, 0, bytes.length);
            BatchCheck.producedRegion(buffer);
            if (bytes.length > 2) {
                BatchCanonicalizer.canonicalize(buffer, 2, bytes.length);
            }
            if (stored == null || produced == null) {
                assertThat(bytes.length).as("seed %d, round %d", seed, i).isGreaterThanOrEqualTo(entry.limit());
            }
        }
    }

    @Test
    void lengthsOffByOneAreNoticed() {
        for (int delta : new int[] {-1, 1}) {
            var copy = ByteBuffer.allocate(entry.limit() + 1)
                    .put(entry.duplicate())
                    .clear();
            copy.put(1, (byte) (copy.get(1) + delta));
            assertDefect(BatchCheck.produced(copy, 0, copy.limit()), Kind.NOT_CANONICAL, "the payload ends at byte");
        }
        for (int delta : new int[] {-1, 1}) {
            var copy = ByteBuffer.allocate(entry.limit()).put(entry.duplicate()).clear();
            int at = BODY + BatchLayout.PAYLOAD_LENGTH;
            copy.put(at, (byte) (copy.get(at) + delta));
            assertDefect(BatchCheck.produced(copy, 0, copy.limit()), Kind.NOT_CANONICAL, "the payload ends at byte");
        }
    }

    @Test
    void longerVarintsThanNeededAreNotCanonical() {
        int length = entry.get(1);
        var wide = ByteBuffer.allocate(entry.limit() + 1);
        wide.put((byte) 0x0A)
                .put((byte) (length | 0x80))
                .put((byte) 0)
                .put(entry.slice(2, length))
                .flip();
        assertDefect(BatchCheck.produced(wide, 0, wide.limit()), Kind.NOT_CANONICAL, "minimal varint");
        int payload = entry.get(BODY + BatchLayout.PAYLOAD_LENGTH);
        var body = ByteBuffer.allocate(entry.limit() + 1).put(entry.slice(0, BODY + BatchLayout.PAYLOAD_LENGTH));
        body.put((byte) (payload | 0x80))
                .put((byte) 0)
                .put(entry.slice(entry.limit() - payload, payload))
                .flip();
        body.put(1, (byte) (length + 1));
        assertDefect(BatchCheck.produced(body, 0, body.limit()), Kind.NOT_CANONICAL, "payload's length");
    }

    @Test
    void aHugeLengthIsRefusedWithoutLookingFurther() {
        var huge = ByteBuffer.wrap(new byte[] {0x0A, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 9});
        assertDefect(BatchCheck.stored(huge, 0, huge.limit()), Kind.TOO_LARGE, "2147483653", "16777216");
        var endless = ByteBuffer.wrap(new byte[] {0x0A, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
        assertDefect(BatchCheck.stored(endless, 0, endless.limit()), Kind.NOT_CANONICAL, "below 2^31");
    }

    @Test
    void theLargestBatchPassesAndOneByteMoreDoesNot() {
        int overhead = new RecordBatchBuilder(Codec.NONE, 0)
                        .add(0, null, new byte[8 << 20])
                        .build()
                        .limit()
                - (8 << 20);
        var largest = new RecordBatchBuilder(Codec.NONE, 17 << 20)
                .add(0, null, new byte[BatchLayout.MAX_ENTRY_BYTES - overhead])
                .build();
        assertThat(largest.limit()).isEqualTo(BatchLayout.MAX_ENTRY_BYTES);
        assertThat(BatchCheck.produced(largest, 0, largest.limit())).isNull();
        var larger = new RecordBatchBuilder(Codec.NONE, 17 << 20)
                .add(0, null, new byte[BatchLayout.MAX_ENTRY_BYTES - overhead + 1])
                .build();
        assertDefect(BatchCheck.produced(larger, 0, larger.limit()), Kind.TOO_LARGE, "16777217");
    }

    @Test
    void fieldsThatMakeNoSenseAreNamedWithValueAndLimit() {
        assertDefect(producedWith(int32(BatchLayout.ATTRIBUTES, 0x80)), Kind.BAD_FIELD, "0x80", "bits 0 to 6");
        assertDefect(producedWith(int32(BatchLayout.ATTRIBUTES, 5)), Kind.UNKNOWN_CODEC, "codec 5");
        assertDefect(producedWith(int32(BatchLayout.ATTRIBUTES, BatchLayout.CONTROL)), Kind.BAD_FIELD, "control");
        assertDefect(
                producedWith(int32(BatchLayout.ATTRIBUTES, BatchLayout.APPEND_TIMESTAMPS)), Kind.BAD_FIELD, "append");
        assertDefect(
                producedWith(int32(BatchLayout.ATTRIBUTES, BatchLayout.TRANSACTIONAL)),
                Kind.BAD_FIELD,
                "not supported");
        producedWith(int32(BatchLayout.ATTRIBUTES, 0));
        assertDefect(producedWith(int32(BatchLayout.LAST_OFFSET_DELTA, -1)), Kind.BAD_FIELD, "4294967295");
        assertDefect(producedWith(int32(BatchLayout.LAST_OFFSET_DELTA, 2)), Kind.BAD_FIELD, "no gaps");
        assertDefect(producedWith(int32(BatchLayout.LAST_OFFSET_DELTA, 0)), Kind.BAD_FIELD, "between 0 and 1");
        producedWith(int32(BatchLayout.LAST_OFFSET_DELTA, 1));
        assertDefect(producedWith(int32(BatchLayout.RECORD_COUNT, 0)), Kind.BAD_FIELD, "record_count is 0");
        assertDefect(producedWith(int32(BatchLayout.RECORD_COUNT, -7)), Kind.BAD_FIELD, "4294967289");
        producedWith(int32(BatchLayout.RECORD_COUNT, 2));
        assertDefect(producedWith(int32(BatchLayout.UNCOMPRESSED_SIZE, 0)), Kind.TOO_LARGE, "uncompressed_size is 0");
        assertDefect(producedWith(int32(BatchLayout.UNCOMPRESSED_SIZE, 64 << 20 | 1)), Kind.TOO_LARGE, "67108864");
        assertDefect(producedWith(int32(BatchLayout.UNCOMPRESSED_SIZE, 99)), Kind.BAD_FIELD, "99", "has 14 bytes");
    }

    @Test
    void recordsThatCannotFitAreRefusedBeforeAnyoneReadsThem() {
        producedWith(int32(BatchLayout.LAST_OFFSET_DELTA, 999_999));
        assertDefect(producedWith(int32(BatchLayout.RECORD_COUNT, 1_000_000)), Kind.BAD_FIELD, "at most 7 records");
    }

    @Test
    void producerFieldsBelongTogether() {
        assertDefect(producedWith(int64(BatchLayout.PRODUCER_ID, -2)), Kind.BAD_FIELD, "producer_id is -2");
        assertDefect(producedWith(int64(BatchLayout.PRODUCER_ID, -1)), Kind.BAD_FIELD, "must be -1", "1 and 5");
        producedWith(int64(BatchLayout.PRODUCER_ID, 0));
        assertDefect(producedWith(int32(BatchLayout.PRODUCER_EPOCH, -1)), Kind.BAD_FIELD, "producer_epoch is -1");
        assertDefect(producedWith(int32(BatchLayout.PRODUCER_EPOCH, 32768)), Kind.BAD_FIELD, "32768", "32767");
        producedWith(int32(BatchLayout.PRODUCER_EPOCH, 0));
        assertDefect(producedWith(int32(BatchLayout.BASE_SEQUENCE, -1)), Kind.BAD_FIELD, "base_sequence is -1");
    }

    @Test
    void onlyALogChecksWhatTheBrokerAssigned() {
        BatchPatch.assign(BatchView.at(entry, 0), -1, 0, 0);
        assertThat(produced()).isNull();
        assertDefect(BatchCheck.stored(entry, 0, entry.limit()), Kind.BAD_FIELD, "base_offset is -1");
        BatchPatch.assign(BatchView.at(entry, 0), Long.MAX_VALUE, 0, 0);
        assertDefect(BatchCheck.stored(entry, 0, entry.limit()), Kind.BAD_FIELD, "base_offset");
        BatchPatch.assign(BatchView.at(entry, 0), 0, -1, 0);
        assertDefect(BatchCheck.stored(entry, 0, entry.limit()), Kind.BAD_FIELD, "leader_epoch is 4294967295");
    }

    @Test
    void aLogMayHoldGapsControlBatchesAndAppendTimes() {
        producedWith(int32(BatchLayout.LAST_OFFSET_DELTA, 9));
        producedWith(int32(BatchLayout.ATTRIBUTES, BatchLayout.CONTROL | BatchLayout.DELETE_HORIZON));
        assertThat(BatchCheck.stored(entry, 0, entry.limit())).isNull();
    }

    @Test
    void aRegionNamesTheBadBatch() {
        var region = ByteBuffer.allocate(entry.limit() * 3 + 5);
        region.position(5);
        region.put(entry.duplicate()).put(entry.duplicate()).put(entry.duplicate());
        region.flip().position(5);
        assertThat(BatchCheck.producedRegion(region)).isNull();
        assertThat(BatchRegion.of(region)).hasSize(3);
        region.put(5 + entry.limit() + 60, (byte) 99);
        assertDefect(BatchCheck.producedRegion(region), Kind.BAD_CRC, "batch 1 at byte " + entry.limit(), "crc is");
        region.limit(region.limit() - 1);
        region.put(5 + entry.limit() + 60, entry.get(60));
        assertDefect(BatchCheck.storedRegion(region), Kind.TRUNCATED, "batch 2");
    }

    @Test
    void thePrefixAloneTellsTheForm() {
        var big = new RecordBatchBuilder(Codec.NONE, 0)
                .add(0, null, new byte[5000])
                .build();
        var prefix = big.slice(0, BatchLayout.MAX_PREFIX_BYTES);
        assertThat(BatchCheck.prefix(prefix, 0, prefix.limit(), big.limit())).isNull();
        assertDefect(BatchCheck.prefix(prefix, 0, prefix.limit(), big.limit() - 1), Kind.TRUNCATED, "is cut");
    }

    @Test
    void patchingKeepsEverythingElse() {
        var before = BatchView.at(
                ByteBuffer.allocate(entry.limit()).put(entry.duplicate()).flip(), 0);
        var batch = BatchView.at(entry, 0);
        BatchPatch.assign(batch, 1L << 40, 77, 123);
        assertThat(batch.baseOffset()).isEqualTo(1L << 40);
        assertThat(batch.leaderEpoch()).isEqualTo(77);
        assertThat(batch.appendTimeMs()).isEqualTo(123);
        assertThat(BatchCheck.stored(entry, 0, entry.limit())).isNull();
        int tail = BODY + BatchLayout.CRC - 1;
        assertThat(entry.slice(tail, entry.limit() - tail))
                .isEqualTo(before.buffer().slice(tail, entry.limit() - tail));
        BatchPatch.stampAppendTime(batch, 5000);
        assertThat(BatchCheck.stored(entry, 0, entry.limit())).isNull();
        var records = RecordReader.of(batch);
        assertThat(records.next()).isTrue();
        assertThat(records.timestampMs()).isEqualTo(5000);
    }
}
