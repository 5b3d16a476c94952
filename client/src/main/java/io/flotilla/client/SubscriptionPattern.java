package io.flotilla.client;

/**
 * Topics to subscribe to, now and later, by a regular expression that the group's coordinator evaluates.
 *
 * @param pattern in RE2's syntax; matches whole names, never those of internal topics
 */
public record SubscriptionPattern(String pattern) {
    public SubscriptionPattern {
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("an empty pattern matches no topic");
        }
    }
}
