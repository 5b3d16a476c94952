package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.client.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files in which Kafka's tools name partitions and their replicas. */
final class PartitionsFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PartitionsFile() {}

    /** One partition of a file; without replicas where the file names none. */
    record Entry(TopicPartition partition, List<Integer> replicas) {}

    /** The partitions of {@code {"partitions": [{"topic": ..., "partition": ..., "replicas": [...]}]}}. */
    static List<Entry> read(Path file) throws CommandFailure {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode node : array(file, "partitions")) {
            TopicPartition partition = partition(file, node);
            List<Integer> replicas = new ArrayList<>();
            for (JsonNode replica : node.path("replicas")) {
                if (!replica.isInt()) {
                    throw new CommandFailure(file + ": " + replica + " of " + node + " is no broker id");
                }
                replicas.add(replica.intValue());
            }
            entries.add(new Entry(partition, replicas));
        }
        return entries;
    }

    private static TopicPartition partition(Path file, JsonNode node) throws CommandFailure {
        JsonNode topic = node.path("topic");
        JsonNode partition = node.path("partition");
        if (!topic.isTextual() || !partition.isInt() || partition.intValue() < 0) {
            throw new CommandFailure(file + ": " + node + " names no topic and partition, as in"
                    + " {\"topic\": \"orders\", \"partition\": 0}");
        }
        return new TopicPartition(topic.textValue(), partition.intValue());
    }

    /** The replicas of a reassignment file, in which each partition must have some. */
    static Map<TopicPartition, List<Integer>> targets(Path file) throws CommandFailure {
        Map<TopicPartition, List<Integer>> targets = new TreeMap<>();
        for (Entry entry : read(file)) {
            if (entry.replicas().isEmpty()) {
                throw new CommandFailure(file + ": " + entry.partition() + " has no replicas");
            }
            if (targets.put(entry.partition(), entry.replicas()) != null) {
                throw new CommandFailure(file + ": " + entry.partition() + " is there twice");
            }
        }
        if (targets.isEmpty()) {
            throw new CommandFailure(file + " names no partition");
        }
        return targets;
    }

    /** The offsets of {@code {"partitions": [{"topic": ..., "partition": ..., "offset": ...}], "version": 1}}. */
    static Map<TopicPartition, Long> offsets(Path file) throws CommandFailure {
        JsonNode version = tree(file).path("version");
        if (!version.isMissingNode() && version.asInt() != 1) {
            throw new CommandFailure(file + ": version " + version + " is not known, only 1 is");
        }
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        for (JsonNode node : array(file, "partitions")) {
            TopicPartition partition = partition(file, node);
            JsonNode offset = node.path("offset");
            if (!offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < -1) {
                throw new CommandFailure(file + ": " + node + " has no offset; give a number from 0 on, or -1 for all"
                        + " committed records");
            }
            if (offsets.put(partition, offset.longValue()) != null) {
                throw new CommandFailure(file + ": " + partition + " is there twice");
            }
        }
        if (offsets.isEmpty()) {
            throw new CommandFailure(file + " names no partition");
        }
        return offsets;
    }

    /** The topics of {@code {"topics": [{"topic": ...}]}}. */
    static List<String> topics(Path file) throws CommandFailure {
        List<String> topics = new ArrayList<>();
        for (JsonNode node : array(file, "topics")) {
            if (!node.path("topic").isTextual()) {
                throw new CommandFailure(file + ": " + node + " names no topic, as in {\"topic\": \"orders\"}");
            }
            topics.add(node.path("topic").textValue());
        }
        return topics;
    }

    private static JsonNode array(Path file, String name) throws CommandFailure {
        JsonNode array = tree(file).path(name);
        if (!array.isArray()) {
            throw new CommandFailure(file + " has no list '" + name + "'");
        }
        return array;
    }

    private static JsonNode tree(Path file) throws CommandFailure {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new CommandFailure(file + " is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + e);
        }
    }

    /** A file that {@link #targets} reads, and Kafka's tools too. */
    static String text(Map<TopicPartition, List<Integer>> targets) throws JsonProcessingException {
        List<Map<String, Object>> partitions = new ArrayList<>();
        new TreeMap<>(targets).forEach((partition, replicas) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("topic", partition.topic());
            entry.put("partition", partition.partition());
            entry.put("replicas", replicas);
            partitions.add(entry);
        });
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("version", 1);
        file.put("partitions", partitions);
        return JSON.writeValueAsString(file);
    }
}
