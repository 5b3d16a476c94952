package io.flotilla.model.record;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.xerial.snappy.Snappy;

/** Records to payloads, with room left before the payload so that the batch's fields need no copy of it. */
final class Compression {
    private static final int ZSTD_LEVEL = 3;

    private Compression() {}

    /** A payload in {@code bytes} from {@link BatchLayout#MAX_PREFIX_BYTES} to {@code end}. */
    record Payload(byte[] bytes, int end) {
        int length() {
            return end - BatchLayout.MAX_PREFIX_BYTES;
        }
    }

    /** Compresses {@code records}, which lie as a payload does. */
    static Payload compress(Codec codec, Payload records) {
        try {
            return switch (codec) {
                case NONE -> records;
                case GZIP -> gzip(records);
                case LZ4 -> lz4(records);
                case SNAPPY -> snappy(records);
                case ZSTD -> zstd(records);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("compression in memory failed", e);
        }
    }

    private static Payload gzip(Payload records) throws IOException {
        var output = new PrefixedOutput(records.length());
        try (var stream = new GZIPOutputStream(output)) {
            stream.write(records.bytes, BatchLayout.MAX_PREFIX_BYTES, records.length());
        }
        return output.payload();
    }

    private static Payload lz4(Payload records) throws IOException {
        var output = new PrefixedOutput(records.length());
        try (var stream = new LZ4FrameOutputStream(output, LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB)) {
            stream.write(records.bytes, BatchLayout.MAX_PREFIX_BYTES, records.length());
        }
        return output.payload();
    }

    private static Payload snappy(Payload records) throws IOException {
        var output = new byte[BatchLayout.MAX_PREFIX_BYTES + Snappy.maxCompressedLength(records.length())];
        int start = BatchLayout.MAX_PREFIX_BYTES;
        int length = Snappy.compress(records.bytes, start, records.length(), output, start);
        return new Payload(output, start + length);
    }

    private static Payload zstd(Payload records) {
        int room = Math.toIntExact(Zstd.compressBound(records.length()));
        var output = new byte[BatchLayout.MAX_PREFIX_BYTES + room];
        int start = BatchLayout.MAX_PREFIX_BYTES;
        long length = Zstd.compressByteArray(output, start, room, records.bytes, start, records.length(), ZSTD_LEVEL);
        if (Zstd.isError(length)) {
            throw new IllegalStateException("zstd failed: " + Zstd.getErrorName(length));
        }
        return new Payload(output, start + Math.toIntExact(length));
    }

    /** Collects a payload behind the room for the prefix. */
    private static final class PrefixedOutput extends ByteArrayOutputStream {
        PrefixedOutput(int expectedBytes) {
            super(BatchLayout.MAX_PREFIX_BYTES + Math.max(64, expectedBytes / 2));
            count = BatchLayout.MAX_PREFIX_BYTES;
        }

        Payload payload() {
            return new Payload(buf, count);
        }
    }
}
