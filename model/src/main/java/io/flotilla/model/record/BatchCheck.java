package io.flotilla.model.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether bytes are a batch, without trusting any of them: no answer throws, and nothing is allocated but the
 * description of a defect. Every method answers null when all is well.
 */
public final class BatchCheck {
    private BatchCheck() {}

    /**
     * Checks one entry of a log or of a replica fetch, {@code [position, limit)} holding at least the entry: canonical
     * form, both checksums, every field.
     */
    public static @Nullable BatchDefect stored(ByteBuffer buffer, int position, int limit) {
        var defect = prefix(buffer, position, limit, limit - position);
        if (defect != null) {
            return defect;
        }
        var batch = BatchView.at(buffer, position);
        defect = headerCrc(batch);
        if (defect == null) {
            defect = crc(batch);
        }
        if (defect == null) {
            defect = FieldCheck.assigned(batch);
        }
        return defect == null ? FieldCheck.common(batch) : defect;
    }

    /**
     * Checks one entry that a producer sent: canonical form, {@code crc}, every field that producers own. Fields 1 to 4
     * may hold anything.
     */
    public static @Nullable BatchDefect produced(ByteBuffer buffer, int position, int limit) {
        var defect = prefix(buffer, position, limit, limit - position);
        if (defect != null) {
            return defect;
        }
        var batch = BatchView.at(buffer, position);
        defect = crc(batch);
        if (defect == null) {
            defect = FieldCheck.common(batch);
        }
        return defect == null ? FieldCheck.fromProducer(batch) : defect;
    }

    /** Checks every entry between the buffer's position and limit as {@link #stored} does. */
    public static @Nullable BatchDefect storedRegion(ByteBuffer region) {
        return region(region, BatchCheck::stored);
    }

    /** Checks every entry between the buffer's position and limit as {@link #produced} does. */
    public static @Nullable BatchDefect producedRegion(ByteBuffer region) {
        return region(region, BatchCheck::produced);
    }

    /**
     * Checks the form of one entry by its bytes before the payload, all that need lie in {@code [position, limit)}.
     * {@code available} says how many bytes there are from {@code position} on in all, for example up to the end of the
     * file. After null, {@link BatchView} may read the fields.
     */
    public static @Nullable BatchDefect prefix(ByteBuffer buffer, int position, int limit, long available) {
        if (position >= limit) {
            return new BatchDefect(BatchDefect.Kind.TRUNCATED, "no bytes where a batch should start");
        }
        if (buffer.get(position) != BatchLayout.ENTRY_TAG) {
            return notCanonical("the entry starts with byte " + hex(buffer.get(position)) + " instead of 0x0a");
        }
        long length = Varint.readMinimal(buffer, position + 1, limit);
        if (length == Varint.MALFORMED) {
            return limit - position < 1 + Varint.MAX_LENGTH_BYTES && runsIntoLimit(buffer, position + 1, limit)
                    ? truncated("the length of the entry", available)
                    : notCanonical("the length of the entry is not a minimal varint below 2^31");
        }
        int body = position + 1 + Varint.width(length);
        long size = 1L + Varint.width(length) + Varint.value(length);
        if (size > BatchLayout.MAX_ENTRY_BYTES) {
            return new BatchDefect(
                    BatchDefect.Kind.TOO_LARGE,
                    "the batch has " + size + " bytes, the largest allowed is " + BatchLayout.MAX_ENTRY_BYTES);
        }
        if (size > available) {
            return truncated("a batch of " + size + " bytes", available);
        }
        if (Varint.value(length) < BatchLayout.MIN_BODY_BYTES) {
            return notCanonical("the body has " + Varint.value(length) + " bytes, the fifteen fields take at least "
                    + BatchLayout.MIN_BODY_BYTES);
        }
        return body(buffer, body, (int) Math.min(limit, position + size), Varint.value(length));
    }

    /**
     * Checks tags and payload length of a body of {@code length} bytes, of which those before {@code limit} are there.
     */
    private static @Nullable BatchDefect body(ByteBuffer buffer, int body, int limit, int length) {
        if (limit - body < BatchLayout.PAYLOAD_LENGTH + 1) {
            return truncated("the fields of a batch", limit - body);
        }
        for (int number = 1; number <= BatchLayout.fixedFieldCount(); number++) {
            var field = BatchLayout.fixedField(number);
            byte tag = buffer.get(body + field.tagPosition());
            if (tag != field.tag()) {
                return notCanonical("at byte " + field.tagPosition() + " of the body stands " + hex(tag)
                        + " instead of the tag " + hex(field.tag()) + " of field " + number + " " + field.name());
            }
        }
        byte tag = buffer.get(body + BatchLayout.PAYLOAD_TAG);
        if (tag != BatchLayout.PAYLOAD_TAG_BYTE) {
            return notCanonical("at byte " + BatchLayout.PAYLOAD_TAG + " of the body stands " + hex(tag)
                    + " instead of the tag 0x7a of field 15 payload");
        }
        int at = body + BatchLayout.PAYLOAD_LENGTH;
        long payload = Varint.readMinimal(buffer, at, limit);
        if (payload == Varint.MALFORMED) {
            return notCanonical("the payload's length is not a minimal varint below 2^31");
        }
        long end = (long) BatchLayout.PAYLOAD_LENGTH + Varint.width(payload) + Varint.value(payload);
        if (end != length) {
            return notCanonical("the payload ends at byte " + end + " of the body, the body at " + length);
        }
        return null;
    }

    private static @Nullable BatchDefect region(ByteBuffer region, EntryCheck check) {
        int position = region.position();
        int limit = region.limit();
        for (int index = 0; position < limit; index++) {
            var defect = check.check(region, position, limit);
            if (defect != null) {
                return new BatchDefect(
                        defect.kind(),
                        "batch " + index + " at byte " + (position - region.position()) + ": " + defect.message());
            }
            position = BatchView.at(region, position).end();
        }
        return null;
    }

    private interface EntryCheck {
        @Nullable
        BatchDefect check(ByteBuffer buffer, int position, int limit);
    }

    private static @Nullable BatchDefect headerCrc(BatchView batch) {
        return batch.headerCrcMatches() ? null : badCrc("header_crc", batch.headerCrc(), "fields 1 to 3");
    }

    private static @Nullable BatchDefect crc(BatchView batch) {
        return batch.crcMatches() ? null : badCrc("crc", batch.crc(), "fields 6 to 15 in canonical form");
    }

    private static BatchDefect badCrc(String field, int value, String covered) {
        return new BatchDefect(
                BatchDefect.Kind.BAD_CRC,
                field + " is 0x" + Integer.toHexString(value) + ", which does not match " + covered);
    }

    /** True when every byte from {@code position} to {@code limit} asks for another one. */
    private static boolean runsIntoLimit(ByteBuffer buffer, int position, int limit) {
        for (int at = position; at < limit; at++) {
            if (buffer.get(at) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static BatchDefect truncated(String what, long available) {
        return new BatchDefect(BatchDefect.Kind.TRUNCATED, what + " is cut: only " + available + " bytes are there");
    }

    private static BatchDefect notCanonical(String message) {
        return new BatchDefect(BatchDefect.Kind.NOT_CANONICAL, message);
    }

    private static String hex(byte value) {
        return String.format("0x%02x", value);
    }
}
