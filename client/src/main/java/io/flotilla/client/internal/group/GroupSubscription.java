package io.flotilla.client.internal.group;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a member wants to read: names, or a regular expression.
 *
 * @param regex in RE2's syntax; matches whole names
 */
public record GroupSubscription(Collection<String> topics, Optional<String> regex) {
    public GroupSubscription {
        topics = List.copyOf(topics);
    }
}
