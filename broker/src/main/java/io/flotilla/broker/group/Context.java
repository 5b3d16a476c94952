package io.flotilla.broker.group;

import java.util.List;

/**
 * What decisions are made on.
 *
 * @param groups changed by facts only
 * @param sessions the soft state
 * @param topics what there is to read
 * @param patterns which of these topics a pattern matches
 * @param assignors the first is the default
 */
record Context(
        GroupSettings settings,
        Groups groups,
        Sessions sessions,
        GroupTopics topics,
        TopicPatterns patterns,
        List<Assignor> assignors) {
    Context with(GroupTopics now) {
        return new Context(
                settings, groups, sessions, now, now.sameAs(topics) ? patterns : new TopicPatterns(now), assignors);
    }
}
