package io.flotilla.client.internal.config;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values of one configuration, by Kafka's names. A name that is not known is refused with the nearest one that is;
 * every message names the key, the value and what is allowed. Immutable.
 */
public final class ConfigValues {
    private final Map<String, String> defaults;
    private final Map<String, String> given;

    /**
     * @param defaults every known name with its default
     * @param given names and values, which may be of any type that prints as the value
     * @throws IllegalArgumentException for an unknown name
     */
    public ConfigValues(Map<String, String> defaults, Map<?, ?> given) {
        this.defaults = new TreeMap<>(defaults);
        this.given = new TreeMap<>();
        given.forEach((name, value) -> this.given.put(
                known(String.valueOf(name)), String.valueOf(value).trim()));
    }

    private String known(String name) {
        if (!defaults.containsKey(name)) {
            String hint = Suggestion.nearest(name, defaults.keySet())
                    .map(nearest -> "; did you mean '" + nearest + "'?")
                    .orElse("");
            throw new IllegalArgumentException("unknown configuration '" + name + "'" + hint);
        }
        return name;
    }

    /** Whether the value was given, be it the default or another. */
    public boolean isGiven(String name) {
        return given.containsKey(name);
    }

    public String text(String name) {
        String value = given.get(name);
        String fallback = defaults.get(name);
        if (value != null) {
            return value;
        }
        if (fallback == null) {
            throw new IllegalStateException("no default for '" + name + "'");
        }
        return fallback;
    }

    /** A whole number of at least {@code min} and at most {@code max}. */
    public long number(String name, long min, long max) {
        long value;
        try {
            value = Long.parseLong(text(name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + "=" + text(name) + " is not a whole number", e);
        }
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " is not in " + min + ".." + max);
        }
        return value;
    }

    public int integer(String name, int min) {
        return (int) number(name, min, Integer.MAX_VALUE);
    }

    public boolean flag(String name) {
        return choice(name, List.of("true", "false")).equals("true");
    }

    /** One of the allowed values, whatever its case was, in lower case. */
    public String choice(String name, List<String> allowed) {
        String value = text(name).toLowerCase(Locale.ROOT);
        if (!allowed.contains(value)) {
            String hint = Suggestion.nearest(value, allowed)
                    .map(nearest -> "; did you mean '" + nearest + "'?")
                    .orElse("");
            throw new IllegalArgumentException(
                    name + "=" + text(name) + " is not one of " + String.join(", ", allowed) + hint);
        }
        return value;
    }

    /** A list of "host:port" separated by commas, at least one. */
    public List<Endpoint> endpoints(String name) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String part : text(name).split(",", -1)) {
            if (!part.isBlank()) {
                try {
                    endpoints.add(Endpoint.parse(part.trim()));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
                }
            }
        }
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException(name + " is missing; give one or more host:port, separated by commas");
        }
        return endpoints;
    }
}
