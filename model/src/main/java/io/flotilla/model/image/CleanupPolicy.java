package io.flotilla.model.image;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which old records a log gives up: the oldest, by age and size, or those whose key has a newer one, or both.
 *
 * @param deletes retention applies
 * @param compacts of each key the last record stays
 */
public record CleanupPolicy(boolean deletes, boolean compacts) {
    private static final String DELETES = "delete";
    private static final String COMPACTS = "compact";

    public static final CleanupPolicy DELETE = new CleanupPolicy(true, false);

    /** Reads a list such as {@code compact,delete}; empty when it is none. */
    public static Optional<CleanupPolicy> ofConfigValue(String value) {
        List<String> parts =
                Arrays.stream(value.split(",", -1)).map(String::trim).toList();
        return List.of(DELETES, COMPACTS).containsAll(parts)
                ? Optional.of(new CleanupPolicy(parts.contains(DELETES), parts.contains(COMPACTS)))
                : Optional.empty();
    }
}
