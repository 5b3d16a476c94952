package io.flotilla.broker.group;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.TopicImage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which topics members subscribe to, with patterns in RE2's syntax resolved. Serves one view of the topics. One thread.
 */
final class TopicPatterns {
    /** Patterns remembered at most; past that, all are forgotten and matched again. */
    private static final int REMEMBERED_MAX = 1_000;

    /** Parts of a pattern with its repetitions written out; a compiled part takes some hundred bytes. */
    private static final int SIZE_MAX = 10_000;

    private static final SortedSet<String> INTERNAL =
            Collections.unmodifiableSortedSet(new TreeSet<>(List.of("__consumer_offsets", "__transaction_state")));

    private final GroupTopics topics;
    private final Map<String, SortedSet<TopicId>> matches = new TreeMap<>();

    TopicPatterns(GroupTopics topics) {
        this.topics = topics;
    }

    /** What is wrong with a pattern, for people; empty when it is one. */
    static Optional<String> defect(String regex) {
        if (PatternSize.exceeds(regex, SIZE_MAX)) {
            return Optional.of("the regular expression '" + regex + "' has more than " + SIZE_MAX
                    + " parts when its repetitions are written out; repeat less");
        }
        try {
            Pattern.compile(regex);
            return Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of("'" + regex + "' is no regular expression of RE2: " + e.getDescription()
                    + (e.getPattern() == null || e.getPattern().isEmpty() ? "" : " at '" + e.getPattern() + "'"));
        }
    }

    /** The topics that exist and that a subscription means. */
    SortedSet<TopicId> resolve(Subscription subscription) {
        SortedSet<TopicId> resolved = new TreeSet<>();
        for (String name : subscription.topics()) {
            topics.named(name).map(TopicImage::id).ifPresent(resolved::add);
        }
        subscription.regex().ifPresent(regex -> resolved.addAll(matching(regex)));
        return resolved;
    }

    private SortedSet<TopicId> matching(String regex) {
        SortedSet<TopicId> known = matches.get(regex);
        if (known != null) {
            return known;
        }
        Pattern pattern = Pattern.compile(regex);
        SortedSet<TopicId> found = new TreeSet<>();
        for (TopicImage topic : topics.all()) {
            if (!INTERNAL.contains(topic.name()) && pattern.matches(topic.name())) {
                found.add(topic.id());
            }
        }
        if (matches.size() >= REMEMBERED_MAX) {
            matches.clear();
        }
        matches.put(regex, found);
        return found;
    }
}
