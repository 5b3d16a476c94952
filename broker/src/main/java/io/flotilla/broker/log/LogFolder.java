package io.flotilla.broker.log;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names of log folders: {@code <topic name>-<partition>.<topic id in 32 hexadecimal digits>}, the topic's name cut to
 * 200 characters. Only partition and id count; the name is for people.
 */
final class LogFolder {
    private static final int TOPIC_CHARACTERS_MAX = 200;
    private static final int ID_DIGITS = 32;

    private LogFolder() {}

    static String name(PartitionId partition, String topic) {
        String readable = topic.substring(0, Math.min(topic.length(), TOPIC_CHARACTERS_MAX));
        var id = partition.topic().value();
        return String.format(
                Locale.ROOT,
                "%s-%d.%016x%016x",
                readable,
                partition.partition(),
                id.getMostSignificantBits(),
                id.getLeastSignificantBits());
    }

    /** The partition whose folder has this name; null when it is no log's. */
    static @Nullable PartitionId parse(String folder) {
        int dot = folder.lastIndexOf('.');
        int dash = dot < 0 ? -1 : folder.lastIndexOf('-', dot);
        if (dash < 0 || folder.length() - dot - 1 != ID_DIGITS) {
            return null;
        }
        try {
            int partition = Integer.parseInt(folder.substring(dash + 1, dot));
            long high = Long.parseUnsignedLong(folder.substring(dot + 1, dot + 17), 16);
            long low = Long.parseUnsignedLong(folder.substring(dot + 17), 16);
            return partition < 0 ? null : new PartitionId(new TopicId(new UUID(high, low)), partition);
        } catch (NumberFormatException notALog) {
            return null;
        }
    }
}
