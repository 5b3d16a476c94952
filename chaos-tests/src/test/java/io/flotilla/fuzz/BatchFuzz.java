package io.flotilla.fuzz;

import io.flotilla.model.record.BatchCanonicalizer;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordBatchBuilder;
import io.flotilla.model.record.RecordHeader;
import io.flotilla.model.record.RecordReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Batches as clients send them: checked, taken apart, and made canonical. */
public final class BatchFuzz {
    private static final int BODY_MIN = 2;

    private BatchFuzz() {}

    /** The entry point that Jazzer knows by its name. */
    public static void fuzzerTestOneInput(byte[] input) {
        read(input);
        canonicalize(input);
    }

    private static void read(byte[] input) {
        if (BatchCheck.producedRegion(ByteBuffer.wrap(input)) != null) {
            return;
        }
        for (BatchView batch : BatchRegion.of(ByteBuffer.wrap(input))) {
            try {
                readAll(batch);
            } catch (CorruptBatchException typed) {
                // What the inside of a payload announces is checked by who reads it.
            }
        }
    }

    private static void readAll(BatchView batch) {
        RecordReader reader = RecordReader.of(batch);
        long bytes = 0;
        while (reader.next()) {
            ByteBuffer key = reader.key();
            ByteBuffer value = reader.value();
            bytes += (key == null ? 0 : key.remaining()) + (value == null ? 0 : value.remaining());
            for (RecordHeader header : reader.headers()) {
                bytes += header.key().length();
            }
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new AssertionError("more bytes than a batch can hold: " + bytes);
        }
    }

    /** What was made canonical stays as it is when that is done again. */
    private static void canonicalize(byte[] input) {
        var outcome = BatchCanonicalizer.canonicalize(ByteBuffer.wrap(input), 0, input.length);
        if (outcome instanceof BatchCanonicalizer.Outcome.Canonical canonical
                && BatchCheck.produced(canonical.entry(), 0, canonical.entry().limit()) == null) {
            ByteBuffer entry = canonical.entry();
            int body = bodyOf(entry);
            var again = BatchCanonicalizer.canonicalize(entry, body, entry.limit());
            if (!(again instanceof BatchCanonicalizer.Outcome.Canonical second)
                    || !second.entry().equals(entry)) {
                throw new AssertionError("a canonical batch is made another one: " + again);
            }
        }
    }

    /** Behind the tag and the length, whose last byte has no continuation bit. */
    private static int bodyOf(ByteBuffer entry) {
        int at = 1;
        while (entry.get(at) < 0) {
            at++;
        }
        return at + 1;
    }

    /** Good batches of every codec, each alone, with and without its tag and length, and together. */
    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (Codec codec : Codec.values()) {
            ByteBuffer batch = new RecordBatchBuilder(codec, 0)
                    .producer(7, 1, 0)
                    .add(1_000, "key".getBytes(StandardCharsets.UTF_8), new byte[40])
                    .add(1_001, null, null)
                    .build();
            byte[] entry = new byte[batch.remaining()];
            batch.get(entry);
            seeds.add(entry);
            int body = Math.max(BODY_MIN, bodyOf(ByteBuffer.wrap(entry)));
            byte[] alone = new byte[entry.length - body];
            System.arraycopy(entry, body, alone, 0, alone.length);
            seeds.add(alone);
        }
        return seeds;
    }
}
