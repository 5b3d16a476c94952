package io.flotilla.cli;

import io.flotilla.client.TopicPartition;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where groups are to go on, as Kafka's files have it: lines of {@code topic,partition,offset} for one group, of
 * {@code group,topic,partition,offset} for several.
 *
 * @param offsets by group and partition
 */
record ResetFile(Map<String, Map<TopicPartition, Long>> offsets) {
    private static final int FIELDS = 3;

    /** What a file says about a group; it must say something. */
    static Map<TopicPartition, Long> read(Path file, String group) throws CommandFailure {
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            List<String> fields = fields(line);
            boolean named = fields.size() == FIELDS + 1;
            if (line.isBlank() || (named && !fields.get(0).equals(group))) {
                continue;
            }
            if (!named && fields.size() != FIELDS) {
                throw new CommandFailure(file + ":" + number + ": '" + line
                        + "' is neither topic,partition,offset nor group,topic,partition,offset");
            }
            put(file + ":" + number, named ? fields.subList(1, fields.size()) : fields, offsets);
        }
        if (offsets.isEmpty()) {
            throw new CommandFailure(file + " names no partition for group '" + group + "'");
        }
        return offsets;
    }

    private static void put(String place, List<String> fields, Map<TopicPartition, Long> offsets)
            throws CommandFailure {
        try {
            TopicPartition partition = new TopicPartition(fields.get(0), Integer.parseInt(fields.get(1)));
            if (offsets.put(partition, Long.valueOf(fields.get(2))) != null) {
                throw new CommandFailure(place + ": " + partition + " is there twice");
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(place + ": " + e.getMessage() + "; partition and offset are numbers from 0 on");
        }
    }

    private static List<String> lines(Path file) throws CommandFailure {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + e);
        }
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split(",", -1)) {
            String bare = field.strip();
            boolean quoted = bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"");
            fields.add(quoted ? bare.substring(1, bare.length() - 1) : bare);
        }
        return fields;
    }

    void print(PrintWriter out) {
        offsets.forEach((group, partitions) -> partitions.forEach((partition, offset) -> {
            String line = partition.topic() + "," + partition.partition() + "," + offset;
            out.println(offsets.size() == 1 ? line : group + "," + line);
        }));
        out.flush();
    }

    Table table() {
        Table table = new Table("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET");
        offsets.forEach((group, partitions) -> partitions.forEach(
                (partition, offset) -> table.row(group, partition.topic(), partition.partition(), offset)));
        return table;
    }

    List<Map<String, Object>> json() {
        List<Map<String, Object>> rows = new ArrayList<>();
        offsets.forEach((group, partitions) -> partitions.forEach((partition, offset) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("group", group);
            row.put("topic", partition.topic());
            row.put("partition", partition.partition());
            row.put("newOffset", offset);
            rows.add(row);
        }));
        return rows;
    }
}
