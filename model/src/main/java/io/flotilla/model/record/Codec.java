package io.flotilla.model.record;

import org.jspecify.annotations.Nullable;

/** How a batch's payload is compressed; the id is what the attributes carry in bits 0 to 2. */
public enum Codec {
    NONE(0),
    /** RFC 1952. */
    GZIP(1),
    /** One raw Snappy block, without framing. */
    SNAPPY(2),
    /** The LZ4 frame format. */
    LZ4(3),
    /** RFC 8878. */
    ZSTD(4);

    private static final Codec[] BY_ID = values();

    private final int id;

    Codec(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    /** The codec with this id, or null when there is none. */
    public static @Nullable Codec withId(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }
}
