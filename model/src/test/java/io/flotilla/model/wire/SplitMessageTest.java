package io.flotilla.model.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordBatches;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitMessageTest {
    private static final RecordBatch FIRST = batch("first");
    private static final RecordBatch SECOND = batch("second");

    @Test
    void theRegionOfAStubsMessageIsAViewOfIt() throws Exception {
        ProduceRequest request = ProduceRequest.newBuilder()
                .addBatches(FIRST)
                .addBatches(SECOND)
                .setCorrelationId(7)
                .setPartition(3)
                .build();
        byte[] message = request.toByteArray();
        SplitMessage split = SplitMessage.of(message);
        assertThat(bytes(split.batches())).isEqualTo(region(FIRST, SECOND));
        assertThat(split.batches().array()).isSameAs(message);
        assertThat(split.fields().array()).isSameAs(message);
        assertThat(ProduceRequest.parseFrom(split.fields()))
                .isEqualTo(request.toBuilder().clearBatches().build());
    }

    @Test
    void fieldsOnBothSidesOfTheBatchesAreBroughtTogether() throws Exception {
        SplitMessage split = SplitMessage.of(concat(hex("1007"), region(FIRST), hex("2003")));
        assertThat(bytes(split.batches())).isEqualTo(region(FIRST));
        assertThat(bytes(split.fields())).isEqualTo(hex("10072003"));
    }

    @Test
    void behindTheFieldsOfAStoredAnswerEverythingIsBatchesHoweverDamaged() throws Exception {
        byte[] batches = region(FIRST, SECOND);
        for (int at = 1; at < batches.length; at++) {
            byte[] damaged = batches.clone();
            damaged[at] ^= (byte) 0x81;
            SplitMessage split = SplitMessage.ofStored(concat(hex("10072003"), damaged));
            assertThat(bytes(split.fields())).isEqualTo(hex("10072003"));
            assertThat(bytes(split.batches())).isEqualTo(damaged);
        }
    }

    @Test
    void aStoredAnswerOfAnotherSerialiserIsSplitAsAnyMessage() throws Exception {
        SplitMessage split = SplitMessage.ofStored(concat(region(FIRST), hex("10072003")));
        assertThat(bytes(split.batches())).isEqualTo(region(FIRST));
        assertThat(bytes(split.fields())).isEqualTo(hex("10072003"));
        assertThat(bytes(SplitMessage.ofStored(hex("1007")).fields())).isEqualTo(hex("1007"));
    }

    @Test
    void batchesBetweenOtherFieldsAreBroughtTogether() throws Exception {
        byte[] message = concat(region(FIRST), hex("1007"), region(SECOND), hex("2003"), region(FIRST));
        assertThat(bytes(split(message))).isEqualTo(region(FIRST, SECOND, FIRST));
    }

    @Test
    void longLengthsAreShortened() throws Exception {
        assertThat(bytes(split(hex("0a82000102" + "0a0103")))).isEqualTo(hex("0a0201020a0103"));
        assertThat(bytes(split(hex("0a0103" + "8a00020102")))).isEqualTo(hex("0a01030a020102"));
    }

    @Test
    void messagesWithoutBatchesHaveAnEmptyRegion() throws Exception {
        assertThat(split(new byte[0]).remaining()).isZero();
        assertThat(split(hex("1007")).remaining()).isZero();
        assertThat(bytes(split(hex("0a00")))).isEqualTo(hex("0a00"));
    }

    @Test
    void unknownFieldsAreSkippedWhateverTheirType() throws Exception {
        byte[] unknown = hex("c80101" + "c9010102030405060708" + "ca0103010203" + "cb010801cc01" + "cd0101020304");
        assertThat(bytes(split(concat(unknown, region(FIRST), unknown)))).isEqualTo(region(FIRST));
    }

    @Test
    void hostileBytesAreRefusedWithoutAllocatingWhatTheyAnnounce() {
        for (String hostile : List.of(
                "0affffffff07", // 2 GiB announced
                "0affffffffffffffffff01", // a negative length
                "0a0501", // ends inside a batch
                "0a", // ends before a length
                "0a8080808080808080808080", // a length without an end
                "00", // field 0
                "0c", // a group ends that never began
                "cb01", // a group that never ends
                "07", // a wire type that does not exist
                "10ffffffffffffffffffff01")) { // a varint of eleven bytes
            assertThatThrownBy(() -> split(hex(hostile)))
                    .as(hostile)
                    .isInstanceOf(InvalidProtocolBufferException.class);
        }
    }

    private static ByteBuffer split(byte[] message) throws InvalidProtocolBufferException {
        return SplitMessage.of(message).batches();
    }

    private static RecordBatch batch(String payload) {
        return RecordBatch.newBuilder()
                .setRecordCount(1)
                .setPayload(ByteString.copyFromUtf8(payload))
                .build();
    }

    private static byte[] region(RecordBatch... batches) {
        return RecordBatches.newBuilder()
                .addAllBatches(List.of(batches))
                .build()
                .toByteArray();
    }

    private static byte[] bytes(ByteBuffer region) {
        byte[] bytes = new byte[region.remaining()];
        region.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] concat(byte[]... parts) {
        ByteString all = ByteString.EMPTY;
        for (byte[] part : parts) {
            all = all.concat(ByteString.copyFrom(part));
        }
        return all.toByteArray();
    }
}
