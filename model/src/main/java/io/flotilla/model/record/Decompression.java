package io.flotilla.model.record;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.xerial.snappy.Snappy;

/**
 * Payloads back to records. The output is allocated once, with the announced size, after that was checked against
 * {@link BatchLayout#MAX_UNCOMPRESSED_BYTES}; a payload that yields more or less is refused.
 */
final class Decompression {
    private Decompression() {}

    /** The decompressed payload of a compressed batch, from 0 to the buffer's limit. */
    static ByteBuffer payloadOf(BatchView batch) {
        int size = batch.uncompressedSize();
        var codec = batch.codec();
        if (codec == null || size < 0 || size > BatchLayout.MAX_UNCOMPRESSED_BYTES) {
            throw CorruptBatchException.records(
                    "uncompressed_size is " + Integer.toUnsignedString(size) + " and codec " + codec);
        }
        var input = inputOf(batch);
        var output = new byte[size];
        try {
            switch (codec) {
                case NONE -> throw new IllegalArgumentException("the batch is not compressed");
                case GZIP -> fill(output, new GZIPInputStream(input.stream()));
                case LZ4 -> fill(output, new LZ4FrameInputStream(input.stream()));
                case SNAPPY -> snappy(input, output);
                case ZSTD -> zstd(input, output);
            }
        } catch (IOException e) {
            throw CorruptBatchException.records("the " + codec + " payload does not decompress: " + e.getMessage());
        } catch (RuntimeException e) {
            if (e instanceof CorruptBatchException) {
                throw e;
            }
            throw CorruptBatchException.records("the " + codec + " payload does not decompress: " + e);
        }
        return ByteBuffer.wrap(output);
    }

    private record Input(byte[] bytes, int offset, int length) {
        InputStream stream() {
            return new ByteArrayInputStream(bytes, offset, length);
        }
    }

    private static Input inputOf(BatchView batch) {
        int position = batch.payloadPosition();
        int length = batch.end() - position;
        var buffer = batch.buffer();
        if (buffer.hasArray()) {
            return new Input(buffer.array(), buffer.arrayOffset() + position, length);
        }
        var copy = new byte[length];
        buffer.get(position, copy);
        return new Input(copy, 0, length);
    }

    private static void fill(byte[] output, InputStream stream) throws IOException {
        try (stream) {
            int read = stream.readNBytes(output, 0, output.length);
            boolean more = read == output.length && stream.read() >= 0;
            if (read < output.length || more) {
                throw wrongSize(more ? "more" : Integer.toString(read), output.length);
            }
        }
    }

    private static void snappy(Input input, byte[] output) throws IOException {
        int announced = Snappy.uncompressedLength(input.bytes, input.offset, input.length);
        if (announced != output.length) {
            throw wrongSize(Integer.toString(announced), output.length);
        }
        Snappy.uncompress(input.bytes, input.offset, input.length, output, 0);
    }

    private static void zstd(Input input, byte[] output) {
        long size = Zstd.decompressByteArray(output, 0, output.length, input.bytes, input.offset, input.length);
        if (Zstd.isError(size)) {
            throw CorruptBatchException.records("the ZSTD payload does not decompress: " + Zstd.getErrorName(size));
        }
        if (size != output.length) {
            throw wrongSize(Long.toString(size), output.length);
        }
    }

    private static CorruptBatchException wrongSize(String actual, int announced) {
        return CorruptBatchException.records(
                "the payload decompresses to " + actual + " bytes, uncompressed_size is " + announced);
    }
}
