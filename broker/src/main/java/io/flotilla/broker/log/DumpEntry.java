package io.flotilla.broker.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that a file holds, for people to look at.
 *
 * @param kind what it is, such as {@code batch} or {@code record}
 * @param fields its values in the order in which they are shown: numbers, texts, booleans, and lists of texts
 */
public record DumpEntry(String kind, Map<String, Object> fields) {
    public DumpEntry {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** An entry without fields, for {@link #with}. */
    static DumpEntry of(String kind) {
        return new DumpEntry(kind, Map.of());
    }

    /** The same with one field more. */
    DumpEntry with(String name, Object value) {
        var more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new DumpEntry(kind, more);
    }
}
