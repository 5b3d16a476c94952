package io.flotilla.cli;

import io.flotilla.client.ConsumerGroupDescription;
import io.flotilla.client.GroupMemberDescription;
import io.flotilla.client.TopicPartition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The members of groups, and what they hold. */
record GroupMembersReport(List<ConsumerGroupDescription> groups, boolean verbose) implements GroupReport {
    @Override
    public Table table() {
        Table table = verbose
                ? new Table(
                        "GROUP",
                        "CONSUMER-ID",
                        "GROUP-INSTANCE-ID",
                        "HOST",
                        "CLIENT-ID",
                        "#PARTITIONS",
                        "CURRENT-EPOCH",
                        "CURRENT-ASSIGNMENT",
                        "TARGET-ASSIGNMENT")
                : new Table("GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID", "#PARTITIONS");
        for (ConsumerGroupDescription group : groups) {
            for (GroupMemberDescription member : group.members()) {
                String instance = member.instanceId().orElse("-");
                int partitions = member.assigned().size();
                if (verbose) {
                    table.row(
                            group.group(),
                            member.memberId(),
                            instance,
                            orDash(member.host()),
                            orDash(member.clientId()),
                            partitions,
                            member.epoch(),
                            orDash(text(member.assigned())),
                            orDash(text(member.target())));
                } else {
                    table.row(
                            group.group(),
                            member.memberId(),
                            instance,
                            orDash(member.host()),
                            orDash(member.clientId()),
                            partitions);
                }
            }
        }
        return table;
    }

    @Override
    public List<Map<String, Object>> json() {
        return groups.stream()
                .flatMap(group -> group.members().stream().map(member -> json(group.group(), member)))
                .toList();
    }

    private static Map<String, Object> json(String group, GroupMemberDescription member) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("group", group);
        json.put("consumerId", member.memberId());
        member.instanceId().ifPresent(instance -> json.put("groupInstanceId", instance));
        member.rack().ifPresent(rack -> json.put("rack", rack));
        json.put("host", member.host());
        json.put("clientId", member.clientId());
        json.put("connected", member.connected());
        json.put("epoch", member.epoch());
        json.put("topics", member.topics());
        member.pattern().ifPresent(pattern -> json.put("pattern", pattern));
        json.put("assignment", byTopic(member.assigned()));
        json.put("target", byTopic(member.target()));
        return json;
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    /** As Kafka writes it: {@code orders:0,1;payments:2}. */
    private static String text(List<TopicPartition> partitions) {
        return byTopic(partitions).entrySet().stream()
                .map(topic -> topic.getKey() + ":"
                        + topic.getValue().stream().map(String::valueOf).collect(Collectors.joining(",")))
                .collect(Collectors.joining(";"));
    }

    private static Map<String, List<Integer>> byTopic(List<TopicPartition> partitions) {
        return partitions.stream()
                .collect(Collectors.groupingBy(
                        TopicPartition::topic,
                        TreeMap::new,
                        Collectors.mapping(TopicPartition::partition, Collectors.toList())));
    }
}
