package io.flotilla.broker.log;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one log, which the log's first file makes: until then it is a name. Names are {@code <topic
 * name>-<partition>.<topic id in 32 hexadecimal digits>}, the topic's name cut to 200 characters; only partition and id
 * count, the topic's name is for people. Made by the log's loop thread, synced by any.
 */
final class LogFolder {
    private static final int TOPIC_CHARACTERS_MAX = 200;
    private static final int ID_DIGITS = 32;

    /** No sync of the directory is needed for a folder that a start found. */
    private static final long FOUND = 0;

    private static final long PLANNED = -1;

    private final NewFolders directory;
    private final String name;

    /** How many folders the directory had made when it made this one. */
    private volatile long number;

    private LogFolder(NewFolders directory, String name, long number) {
        this.directory = directory;
        this.name = name;
        this.number = number;
    }

    /** A folder that is on the disk, and durable. */
    static LogFolder found(NewFolders directory, String name) {
        return new LogFolder(directory, name, FOUND);
    }

    /** The folder of a log that has no file. */
    static LogFolder planned(NewFolders directory, String name) {
        return new LogFolder(directory, name, PLANNED);
    }

    String name() {
        return name;
    }

    boolean exists() {
        return number != PLANNED;
    }

    /** Makes it where it does not exist; {@link #syncInDirectory} makes it durable. */
    void make() {
        if (!exists()) {
            number = directory.make(name);
        }
    }

    /** A power loss leaves the folder there. Does nothing when that is so already. */
    void syncInDirectory() {
        if (exists()) {
            directory.sync(number);
        }
    }

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
