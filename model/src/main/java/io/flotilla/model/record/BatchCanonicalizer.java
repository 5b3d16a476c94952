package io.flotilla.model.record;

import java.nio.ByteBuffer;

/**
 * Brings any valid protobuf encoding of a batch, such as a stub that leaves out fields 1 to 5 sends, into the canonical
 * form. Unknown, repeated and missing fields are refused; {@code attributes} defaults to 0 and the producer's three
 * fields to -1. An absent {@code crc} is computed, a present one kept for {@link BatchCheck} to compare with the
 * canonical bytes.
 */
public final class BatchCanonicalizer {
    private static final int CRC_FIELD = 5;
    private static final int PAYLOAD_FIELD = 15;
    private static final int[] REQUIRED = {7, 8, 9, 13, 14, PAYLOAD_FIELD};

    private final ByteBuffer source;
    private final ProtoCursor cursor;
    private final long[] values = new long[PAYLOAD_FIELD + 1];
    private int seen;
    private int payloadPosition;
    private int payloadLength;

    private BatchCanonicalizer(ByteBuffer source, int bodyPosition, int bodyEnd) {
        this.source = source;
        this.cursor = new ProtoCursor(source, bodyPosition, bodyEnd);
        values[10] = BatchLayout.NO_PRODUCER_ID;
        values[11] = BatchLayout.NO_PRODUCER_EPOCH;
        values[12] = BatchLayout.NO_SEQUENCE;
    }

    /** The canonical entry, or why there is none. */
    public sealed interface Outcome {
        /** From position 0 to the limit; still to be checked by {@link BatchCheck#produced}. */
        record Canonical(ByteBuffer entry) implements Outcome {}

        record Refused(BatchDefect defect) implements Outcome {}
    }

    /** Re-encodes the message between the two absolute positions, without its tag and length. Never throws. */
    public static Outcome canonicalize(ByteBuffer buffer, int bodyPosition, int bodyEnd) {
        if (bodyEnd - bodyPosition > BatchLayout.MAX_ENTRY_BYTES) {
            return new Outcome.Refused(new BatchDefect(
                    BatchDefect.Kind.TOO_LARGE,
                    "the batch has " + (bodyEnd - bodyPosition) + " bytes, the largest allowed is "
                            + BatchLayout.MAX_ENTRY_BYTES));
        }
        try {
            var canonicalizer = new BatchCanonicalizer(buffer, bodyPosition, bodyEnd);
            canonicalizer.parse();
            return new Outcome.Canonical(canonicalizer.encode());
        } catch (CorruptBatchException e) {
            return new Outcome.Refused(e.defect());
        }
    }

    private void parse() {
        while (cursor.hasMore()) {
            int tag = cursor.readTag();
            int number = tag >>> 3;
            if (number > PAYLOAD_FIELD) {
                throw refused("field " + number + " is unknown");
            }
            if (has(number)) {
                throw refused("field " + number + " " + name(number) + " is repeated");
            }
            seen |= 1 << number;
            parseField(tag, number);
        }
        for (int number : REQUIRED) {
            if (!has(number)) {
                throw refused("field " + number + " " + name(number) + " is missing");
            }
        }
    }

    private void parseField(int tag, int number) {
        int wireType = tag & 7;
        int expected = number == PAYLOAD_FIELD
                ? ProtoCursor.WIRE_BYTES
                : BatchLayout.fixedField(number).tag() & 7;
        if (wireType != expected) {
            throw refused(
                    "field " + number + " " + name(number) + " has wire type " + wireType + " instead of " + expected);
        }
        if (number == PAYLOAD_FIELD) {
            payloadLength = cursor.readLength();
            payloadPosition = cursor.advance(payloadLength);
        } else {
            values[number] = wireType == ProtoCursor.WIRE_FIXED64 ? cursor.readFixed64() : cursor.readFixed32();
        }
    }

    private ByteBuffer encode() {
        int bodyLength = BatchLayout.PAYLOAD_LENGTH + Varint.widthOf(payloadLength) + payloadLength;
        var bytes = new byte[1 + Varint.widthOf(bodyLength) + bodyLength];
        source.get(payloadPosition, bytes, bytes.length - payloadLength, payloadLength);
        new BatchFields()
                .attributes((int) values[6])
                .counts((int) values[7], (int) values[8], (int) values[9])
                .producer(values[10], (int) values[11], (int) values[12])
                .timestamps(values[13], values[14])
                .writeAround(bytes, 0, payloadLength);
        var entry = ByteBuffer.wrap(bytes);
        if (has(CRC_FIELD)) {
            int body = BatchView.at(entry, 0).bodyPosition();
            LittleEndian.writeInt(entry, body + BatchLayout.CRC, (int) values[CRC_FIELD]);
        }
        return entry;
    }

    private boolean has(int number) {
        return (seen & 1 << number) != 0;
    }

    private static String name(int number) {
        return number == PAYLOAD_FIELD
                ? "payload"
                : BatchLayout.fixedField(number).name();
    }

    private static CorruptBatchException refused(String message) {
        return new CorruptBatchException(new BatchDefect(BatchDefect.Kind.MALFORMED, message));
    }
}
