package io.flotilla.model.id;

import java.util.Optional;

/** The rule for topic names, which is Kafka's. */
public final class TopicName {
    /** Longest legal name in characters; leaves room for a partition's number in a file name. */
    public static final int LENGTH_MAX = 249;

    private TopicName() {}

    /** What is wrong with a name, in words for people; empty when it is legal. */
    public static Optional<String> defect(String name) {
        if (name.isEmpty()) {
            return Optional.of("a topic name must not be empty");
        }
        if (name.equals(".") || name.equals("..")) {
            return Optional.of("topic name '" + name + "' is reserved; choose another");
        }
        if (name.length() > LENGTH_MAX) {
            return Optional.of(
                    "topic name has " + name.length() + " characters; at most " + LENGTH_MAX + " are allowed");
        }
        for (int i = 0; i < name.length(); i++) {
            if (!legal(name.charAt(i))) {
                return Optional.of("topic name '" + name + "' contains '" + name.charAt(i)
                        + "'; only letters, digits, '.', '_' and '-' are allowed");
            }
        }
        return Optional.empty();
    }

    private static boolean legal(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
