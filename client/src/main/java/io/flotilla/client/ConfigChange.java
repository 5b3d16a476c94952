package io.flotilla.client;

import java.util.Optional;

/**
 * One change of a config.
 *
 * @param value empty takes the value away, so that what stands behind it holds again
 */
public record ConfigChange(String key, Optional<String> value) {
    public static ConfigChange set(String key, String value) {
        return new ConfigChange(key, Optional.of(value));
    }

    public static ConfigChange delete(String key) {
        return new ConfigChange(key, Optional.empty());
    }
}
