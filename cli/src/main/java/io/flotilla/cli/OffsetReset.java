package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.CommittedOffset;
import io.flotilla.client.ConsumerGroupDescription;
import io.flotilla.client.OffsetSpec;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Works out where a group without members is to go on, within what its partitions hold. One thread. */
final class OffsetReset {
    private static final Clock CLOCK = new SystemClock();

    private final Admin admin;
    private final ResetOptions options;
    private final Consumer<String> warning;

    /** @param warning hears of offsets that had to be brought into range */
    OffsetReset(Admin admin, ResetOptions options, Consumer<String> warning) {
        this.admin = admin;
        this.options = options;
        this.warning = warning;
    }

    /** The new offsets of a group, which need not exist yet. */
    Map<TopicPartition, Long> of(String group) throws CommandFailure {
        Map<TopicPartition, CommittedOffset> committed = committed(group);
        ResetOptions.Scenario scenario = options.scenario();
        Map<TopicPartition, Long> wanted = scenario.fromFile != null
                ? ResetFile.read(scenario.fromFile, group)
                : wanted(scenario, options.partitions(admin, committed.keySet()), committed);
        return withinRange(group, wanted);
    }

    private Map<TopicPartition, CommittedOffset> committed(String group) throws CommandFailure {
        ConsumerGroupDescription described =
                admin.groups().describeConsumerGroups(List.of(group)).get(0);
        if (described.error().isPresent() && described.error().get().code() == ErrorCode.GROUP_ID_NOT_FOUND) {
            return Map.of();
        }
        if (!described.orThrow().members().isEmpty()) {
            throw new CommandFailure("offsets can only be reset while group '" + group + "' is inactive, but it is "
                    + described.state() + " with " + described.members().size() + " members");
        }
        return described.offsets();
    }

    private Map<TopicPartition, Long> wanted(
            ResetOptions.Scenario scenario,
            Collection<TopicPartition> partitions,
            Map<TopicPartition, CommittedOffset> committed)
            throws CommandFailure {
        if (scenario.toEarliest) {
            return all(partitions, OffsetSpec.earliest());
        } else if (scenario.toLatest) {
            return all(partitions, OffsetSpec.latest());
        } else if (scenario.toCurrent) {
            return current(partitions, committed);
        } else if (scenario.shiftBy != null) {
            return shifted(partitions, committed, scenario.shiftBy);
        } else if (scenario.toOffset != null) {
            Map<TopicPartition, Long> offsets = new TreeMap<>();
            long offset = scenario.toOffset;
            partitions.forEach(partition -> offsets.put(partition, offset));
            return offsets;
        }
        return since(partitions, moment(scenario));
    }

    /** Where it is; where it has not been anywhere, at the end. */
    private Map<TopicPartition, Long> current(
            Collection<TopicPartition> partitions, Map<TopicPartition, CommittedOffset> committed)
            throws CommandFailure {
        Collection<TopicPartition> others = new TreeSet<>(partitions);
        others.removeAll(committed.keySet());
        Map<TopicPartition, Long> offsets = new TreeMap<>(all(others, OffsetSpec.latest()));
        partitions.forEach(partition -> {
            CommittedOffset offset = committed.get(partition);
            if (offset != null) {
                offsets.put(partition, offset.offset());
            }
        });
        return offsets;
    }

    private static Map<TopicPartition, Long> shifted(
            Collection<TopicPartition> partitions, Map<TopicPartition, CommittedOffset> committed, long by)
            throws CommandFailure {
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            CommittedOffset offset = committed.get(partition);
            if (offset == null) {
                throw new CommandFailure("--shift-by: the group has committed nothing for " + partition);
            }
            long shifted = offset.offset() + by;
            // A sum that has run over is beyond either end, on the side that it was meant for.
            offsets.put(partition, by > 0 && shifted < 0 ? Long.MAX_VALUE : shifted);
        }
        return offsets;
    }

    /** At the first record since then; where there is none, at the end. */
    private Map<TopicPartition, Long> since(Collection<TopicPartition> partitions, long timestampMs)
            throws CommandFailure {
        Map<TopicPartition, Long> offsets = new TreeMap<>(all(partitions, OffsetSpec.latest()));
        offsets.putAll(ReadablePartitions.offsets(admin, partitions, OffsetSpec.forTimestamp(timestampMs)));
        return offsets;
    }

    private static long moment(ResetOptions.Scenario scenario) throws CommandFailure {
        long momentMs = scenario.byDuration != null
                ? CLOCK.wallMs() - scenario.byDuration.toMillis()
                : instant(scenario.toDatetime).toEpochMilli();
        if (momentMs < 0) {
            throw new CommandFailure("that was before 1970: " + Instant.ofEpochMilli(momentMs));
        }
        return momentMs;
    }

    static Instant instant(@Nullable String text) throws CommandFailure {
        String given = text == null ? "" : text;
        try {
            return LocalDateTime.parse(given).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException noLocalTime) {
            try {
                return OffsetDateTime.parse(given).toInstant();
            } catch (DateTimeParseException e) {
                throw new CommandFailure("--to-datetime: '" + given + "' is no time as in 2026-11-30T21:00:00.000");
            }
        }
    }

    private Map<TopicPartition, Long> withinRange(String group, Map<TopicPartition, Long> wanted)
            throws CommandFailure {
        Map<TopicPartition, Long> earliest = all(wanted.keySet(), OffsetSpec.earliest());
        Map<TopicPartition, Long> latest = all(wanted.keySet(), OffsetSpec.latest());
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        wanted.forEach((partition, offset) -> {
            long first = earliest.getOrDefault(partition, offset);
            long end = latest.getOrDefault(partition, offset);
            long possible = Math.max(first, Math.min(end, offset));
            if (possible != offset) {
                warning.accept("group '" + group + "': " + partition + " holds offsets " + first + " to " + end
                        + "; instead of " + offset + ", " + possible + " is taken");
            }
            offsets.put(partition, possible);
        });
        return offsets;
    }

    /** Offsets of partitions all of which must be readable. */
    private Map<TopicPartition, Long> all(Collection<TopicPartition> partitions, OffsetSpec spec)
            throws CommandFailure {
        Map<TopicPartition, Long> offsets = ReadablePartitions.offsets(admin, partitions, spec);
        for (TopicPartition partition : partitions) {
            if (!offsets.containsKey(partition)) {
                throw new CommandFailure(partition + " does not exist, or has no leader at the moment");
            }
        }
        return offsets;
    }
}
