package io.flotilla.cli;

import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which partitions are meant, by expressions for the names of topics and by numbers. Immutable. */
final class PartitionPatterns {
    private static final Pattern RULE = Pattern.compile("(?<topic>[^:,]+)(?::(?<from>\\d*)(?<range>-(?<end>\\d*))?)?");

    private final String text;
    private final List<Rule> rules;

    private PartitionPatterns(String text, List<Rule> rules) {
        this.text = text;
        this.rules = List.copyOf(rules);
    }

    private record Rule(Pattern topic, IntPredicate partition) {}

    /** Topics that match as a whole, and of them these partitions, or all where there are none. */
    static PartitionPatterns of(String topic, List<Integer> partitions) throws CommandFailure {
        return new PartitionPatterns(
                topic + (partitions.isEmpty() ? "" : " with partitions " + partitions),
                List.of(new Rule(pattern(topic), number -> partitions.isEmpty() || partitions.contains(number))));
    }

    /**
     * Kafka's list: {@code topic}, {@code topic:0}, {@code topic:2-5} without 5, {@code topic:-5}, {@code topic:2-}.
     */
    static PartitionPatterns parse(String list) throws CommandFailure {
        List<Rule> rules = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            Matcher rule = RULE.matcher(part);
            if (!rule.matches()) {
                throw new CommandFailure("--topic-partitions: '" + part + "' is none of TOPIC, TOPIC:P, TOPIC:P-P");
            }
            int from = number(rule.group("from"), 0);
            int all = rule.group("from") == null || rule.group("from").isEmpty() ? Integer.MAX_VALUE : from + 1;
            int end = rule.group("range") == null ? all : number(rule.group("end"), Integer.MAX_VALUE);
            rules.add(new Rule(pattern(rule.group("topic")), number -> number >= from && number < end));
        }
        return new PartitionPatterns(list, rules);
    }

    /** The partitions of these topics that are meant, in order. */
    Collection<TopicPartition> among(Collection<TopicDescription> topics) {
        Collection<TopicPartition> chosen = new TreeSet<>();
        topics.forEach(topic -> topic.partitions().stream()
                .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                .filter(this::matches)
                .forEach(chosen::add));
        return chosen;
    }

    boolean matches(TopicPartition partition) {
        return rules.stream()
                .anyMatch(rule -> rule.topic().matcher(partition.topic()).matches()
                        && rule.partition().test(partition.partition()));
    }

    private static int number(@Nullable String digits, int otherwise) throws CommandFailure {
        try {
            return digits == null || digits.isEmpty() ? otherwise : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new CommandFailure("'" + digits + "' is no number of a partition");
        }
    }

    private static Pattern pattern(String topic) throws CommandFailure {
        try {
            return Pattern.compile(topic);
        } catch (PatternSyntaxException e) {
            throw new CommandFailure("'" + topic + "' is no regular expression: " + e.getDescription());
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
