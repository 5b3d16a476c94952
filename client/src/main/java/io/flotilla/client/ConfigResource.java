package io.flotilla.client;

import java.util.Comparator;

/**
 * Something that has configs.
 *
 * @param name a topic's name, a broker's id; for brokers empty means the default of all
 */
public record ConfigResource(Type type, String name) implements Comparable<ConfigResource> {
    private static final Comparator<ConfigResource> ORDER =
            Comparator.comparing(ConfigResource::type).thenComparing(ConfigResource::name);

    /** What kind of thing it is. */
    public enum Type {
        TOPIC,
        BROKER
    }

    public static ConfigResource topic(String name) {
        return new ConfigResource(Type.TOPIC, name);
    }

    public static ConfigResource broker(int id) {
        return new ConfigResource(Type.BROKER, Integer.toString(id));
    }

    /** The default of all brokers. */
    public static ConfigResource allBrokers() {
        return new ConfigResource(Type.BROKER, "");
    }

    @Override
    public int compareTo(ConfigResource other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return type == Type.TOPIC ? "topic " + name : name.isEmpty() ? "all brokers" : "broker " + name;
    }
}
