package io.flotilla.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that compaction has written again: fewer records, everything else as it was. */
class BatchRewriteTest {
    private static final long TIME_MS = 1_700_000_000_000L;

    @ParameterizedTest
    @EnumSource(Codec.class)
    void someRecordsStayWithTheirOffsetsTimesHeadersAndCodec(Codec codec) {
        var batch = stored(codec, 40);
        var kept = new BitSet();
        IntStream.of(3, 17, 18, 38).forEach(kept::set);
        var rewritten = view(Objects.requireNonNull(BatchRewrite.keeping(batch, kept, BatchRewrite.NO_HORIZON)));

        assertSound(rewritten);
        assertThat(rewritten.baseOffset()).isEqualTo(1_000);
        assertThat(rewritten.lastOffset()).isEqualTo(1_039);
        assertThat(rewritten.lastSequence()).isEqualTo(batch.lastSequence());
        assertThat(rewritten.appendTimeMs()).isEqualTo(batch.appendTimeMs());
        assertThat(rewritten.codec()).isEqualTo(codec);
        assertThat(rewritten.maxTimestampMs()).isEqualTo(TIME_MS + 38);
        var all = texts(batch);
        assertThat(texts(rewritten)).containsExactly(all.get(3), all.get(17), all.get(18), all.get(38));
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void aDeleteHorizonMovesTheBaseAndNoTimestamp(Codec codec) {
        var batch = stored(codec, 40);
        var kept = new BitSet();
        kept.set(0, 40);
        var rewritten = view(Objects.requireNonNull(BatchRewrite.keeping(batch, kept, TIME_MS + 86_400_000)));
        assertSound(rewritten);
        assertThat(rewritten.deleteHorizonMs()).isEqualTo(TIME_MS + 86_400_000);
        assertThat(texts(rewritten)).isEqualTo(texts(batch));

        var without = view(Objects.requireNonNull(BatchRewrite.keeping(rewritten, kept, BatchRewrite.NO_HORIZON)));
        assertSound(without);
        assertThat(without.deleteHorizonMs()).isEqualTo(-1);
        assertThat(texts(without)).isEqualTo(texts(batch));
    }

    @Test
    void anEmptiedBatchStillSpeaksForItsProducer() {
        var batch = stored(Codec.ZSTD, 40);
        var emptied = view(BatchRewrite.emptied(batch));
        assertSound(emptied);
        assertThat(texts(emptied)).isEmpty();
        assertThat(emptied.nextOffset()).isEqualTo(batch.nextOffset());
        assertThat(emptied.producerId()).isEqualTo(7);
        assertThat(emptied.baseSequence()).isEqualTo(100);
        assertThat(emptied.lastSequence()).isEqualTo(139);
        assertThat(emptied.isFiller()).isFalse();
    }

    @Test
    void aFillerCanGrowAndBeginLater() {
        var filler = view(BatchRewrite.filler(stored(Codec.NONE, 40), 2_000_000));
        assertSound(filler);
        assertThat(filler.isFiller()).isTrue();
        BatchPatch.endAt(filler, 3_000_000);
        BatchPatch.beginAt(filler, 2_500_000);
        assertSound(filler);
        assertThat(filler.baseOffset()).isEqualTo(2_500_000);
        assertThat(filler.lastOffset()).isEqualTo(3_000_000);
        assertThat(filler.leaderEpoch()).isEqualTo(5);
    }

    @Test
    void producersSendNoEmptyBatches() {
        var filler = BatchRewrite.filler(stored(Codec.NONE, 1), 1_000);
        var defect = Objects.requireNonNull(BatchCheck.produced(filler, 0, filler.limit()));
        assertThat(defect.message()).contains("record_count is 0");
    }

    private static void assertSound(BatchView batch) {
        assertThat(BatchCheck.stored(batch.buffer(), batch.position(), batch.end()))
                .isNull();
    }

    private static BatchView view(ByteBuffer entry) {
        return BatchView.at(entry, 0);
    }

    private static BatchView stored(Codec codec, int records) {
        var builder = new RecordBatchBuilder(codec, 0).producer(7, 1, 100);
        for (int i = 0; i < records; i++) {
            byte[] key = ("key of a record " + i % 5).getBytes(StandardCharsets.UTF_8);
            byte[] value = i % 7 == 3 ? null : ("some value that repeats " + i).getBytes(StandardCharsets.UTF_8);
            var headers = i % 2 == 0 ? List.<RecordHeader>of() : List.of(new RecordHeader("h", ByteBuffer.wrap(key)));
            builder.add(TIME_MS + i, key, value, headers);
        }
        var batch = view(builder.build());
        BatchPatch.assign(batch, 1_000, 5, TIME_MS + 99);
        return batch;
    }

    private static List<String> texts(BatchView batch) {
        var texts = new ArrayList<String>();
        var records = RecordReader.of(batch);
        while (records.next()) {
            texts.add(records.offset() + " " + records.timestampMs() + " " + text(records.key()) + " "
                    + text(records.value()) + " "
                    + records.headers().stream()
                            .map(header -> header.key() + text(header.value()))
                            .toList());
        }
        return texts;
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? "null"
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
