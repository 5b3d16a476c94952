package io.flotilla.model.record;

/** What is wrong with the bytes of a batch; the message names the value, the limit and the place. */
public record BatchDefect(Kind kind, String message) {
    /** Sorts defects by what the reader of a message can do about them. */
    public enum Kind {
        /** The bytes end before the batch does: a torn write, or a region cut inside a batch. */
        TRUNCATED,
        /** Not the fifteen fields in order in their shortest form; {@link BatchCanonicalizer} may still accept it. */
        NOT_CANONICAL,
        /** Not a protobuf encoding of a batch at all, or one with repeated, missing or unknown fields. */
        MALFORMED,
        /** Larger than a limit. */
        TOO_LARGE,
        /** A field's value makes no sense by itself or beside another one's. */
        BAD_FIELD,
        /** The codec is not one of {@link Codec}. */
        UNKNOWN_CODEC,
        /** A checksum does not match: the bytes changed after they were written. */
        BAD_CRC,
        /** The payload does not decompress, or is not the records that the fields announce. */
        BAD_RECORDS
    }

    @Override
    public String toString() {
        return kind + ": " + message;
    }
}
