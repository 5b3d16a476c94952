package io.flotilla.server.config;

import io.flotilla.model.text.Suggestion;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** The checked values of a server.properties file, environment overrides applied. Immutable. */
public final class ServerProperties {
    private final Map<ServerKey, String> values;
    private final Set<ServerKey> given;

    private ServerProperties(Map<ServerKey, String> values, Set<ServerKey> given) {
        this.values = values;
        this.given = given;
    }

    /**
     * Reads a file.
     *
     * @param environment variables such as FLOTILLA_LOG_DIRS override the file
     * @throws ConfigException with every problem found
     */
    public static ServerProperties load(Path file, Map<String, String> environment) throws ConfigException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file.toString(), List.of("there is no such file"));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(file.toString(), List.of("cannot be read: " + e));
        }
        Map<String, String> entries = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> entries.put(name, properties.getProperty(name)));
        return of(file.toString(), entries, environment);
    }

    /** As {@link #load}, from entries that are already read; {@code source} names them in messages. */
    public static ServerProperties of(String source, Map<String, String> entries, Map<String, String> environment)
            throws ConfigException {
        List<String> problems = new ArrayList<>();
        Map<ServerKey, String> values = new EnumMap<>(ServerKey.class);
        entries.forEach((name, value) -> known(name, problems).ifPresent(key -> {
            if (values.put(key, value.trim()) != null) {
                problems.add("broker.id and node.id are the same key; set one of them");
            }
        }));
        for (ServerKey key : ServerKey.values()) {
            String override = environment.get(key.environmentVariable());
            if (override != null) {
                values.put(key, override.trim());
            }
        }
        Set<ServerKey> given = values.isEmpty() ? EnumSet.noneOf(ServerKey.class) : EnumSet.copyOf(values.keySet());
        for (ServerKey key : ServerKey.values()) {
            complete(key, values, problems);
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(source, problems);
        }
        return new ServerProperties(values, given);
    }

    private static Optional<ServerKey> known(String name, List<String> problems) {
        Optional<ServerKey> key = ServerKey.named(name.equals("broker.id") ? ServerKey.NODE_ID.key() : name);
        if (key.isEmpty()) {
            String advice = ForeignKeys.advice(name)
                    .or(() -> Suggestion.nearest(name, ServerKey.names()).map(near -> "did you mean " + near + "?"))
                    .orElse("'flotilla config keys' lists the known ones");
            problems.add("unknown key " + name + ": " + advice);
        }
        return key;
    }

    private static void complete(ServerKey key, Map<ServerKey, String> values, List<String> problems) {
        String value = values.get(key);
        if (value == null) {
            if (key.defaultValue().isPresent()) {
                values.put(key, key.defaultValue().get());
            } else {
                problems.add(key.key() + " is not set: " + key.documentation());
            }
            return;
        }
        key.defect(value).ifPresent(defect -> problems.add(key.key() + "=" + value + ": " + defect));
    }

    /** Whether the file or the environment sets the key, so that its value is not just the default. */
    public boolean isGiven(ServerKey key) {
        return given.contains(key);
    }

    public String text(ServerKey key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalStateException(key.key() + " has no value");
        }
        return value;
    }

    public int number(ServerKey key) {
        return Integer.parseInt(text(key));
    }

    public long longNumber(ServerKey key) {
        return Long.parseLong(text(key));
    }

    public double realNumber(ServerKey key) {
        return Double.parseDouble(text(key));
    }

    public boolean flag(ServerKey key) {
        return Boolean.parseBoolean(text(key));
    }
}
