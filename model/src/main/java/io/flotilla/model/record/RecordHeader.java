package io.flotilla.model.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A named value that travels with a record; a null value is not an empty one. */
public record RecordHeader(String key, @Nullable ByteBuffer value) {}
