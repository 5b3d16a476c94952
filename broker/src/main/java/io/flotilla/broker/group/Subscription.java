package io.flotilla.broker.group;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a member wants to read: topics by name, by a pattern, or both.
 *
 * @param topics need not exist (yet)
 * @param regex in RE2's syntax; matches whole names, internal ones never
 */
public record Subscription(SortedSet<String> topics, Optional<String> regex) {
    public Subscription {
        topics = Collections.unmodifiableSortedSet(new TreeSet<>(topics));
    }
}
