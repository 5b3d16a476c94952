package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.CommittedOffset;
import io.flotilla.client.ConsumerGroupDescription;
import io.flotilla.client.GroupMemberDescription;
import io.flotilla.client.OffsetSpec;
import io.flotilla.client.TopicPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How far groups have come in each partition, how far behind its end that is, and who reads it. */
final class GroupOffsetsReport implements GroupReport {
    private final List<Row> rows;
    private final boolean verbose;

    private GroupOffsetsReport(List<Row> rows, boolean verbose) {
        this.rows = rows;
        this.verbose = verbose;
    }

    /**
     * A partition that a group has committed for, or that one of its members holds.
     *
     * @param end null when the partition has no leader, or its topic is no more
     */
    private record Row(
            String group,
            TopicPartition partition,
            @Nullable CommittedOffset committed,
            @Nullable Long end,
            @Nullable GroupMemberDescription reader) {
        /** Records between the two; a log that was truncated or made anew may end before the commit. */
        @Nullable
        Long lag() {
            return committed == null || end == null ? null : Math.max(0, end - committed.offset());
        }
    }

    static GroupOffsetsReport of(Admin admin, List<ConsumerGroupDescription> groups, boolean verbose) {
        TreeSet<TopicPartition> partitions = new TreeSet<>();
        for (ConsumerGroupDescription group : groups) {
            partitions.addAll(group.offsets().keySet());
            group.members().forEach(member -> partitions.addAll(member.assigned()));
        }
        Map<TopicPartition, Long> ends = ReadablePartitions.offsets(admin, partitions, OffsetSpec.latest());
        List<Row> rows = new ArrayList<>();
        groups.forEach(group -> rows.addAll(rows(group, ends)));
        return new GroupOffsetsReport(rows, verbose);
    }

    private static List<Row> rows(ConsumerGroupDescription group, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, GroupMemberDescription> readers = new TreeMap<>();
        group.members().forEach(member -> member.assigned().forEach(held -> readers.put(held, member)));
        TreeSet<TopicPartition> partitions = new TreeSet<>(group.offsets().keySet());
        partitions.addAll(readers.keySet());
        return partitions.stream()
                .map(partition -> new Row(
                        group.group(),
                        partition,
                        group.offsets().get(partition),
                        ends.get(partition),
                        readers.get(partition)))
                .toList();
    }

    @Override
    public Table table() {
        List<String> heads = new ArrayList<>(List.of("GROUP", "TOPIC", "PARTITION"));
        if (verbose) {
            heads.add("LEADER-EPOCH");
        }
        heads.addAll(List.of("CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID"));
        Table table = new Table(heads.toArray(String[]::new));
        for (Row row : rows) {
            List<Object> cells = new ArrayList<>(List.of(
                    row.group(), row.partition().topic(), row.partition().partition()));
            CommittedOffset committed = row.committed();
            if (verbose) {
                boolean known = committed != null && committed.leaderEpoch().isPresent();
                cells.add(known && committed != null ? committed.leaderEpoch().getAsInt() : "-");
            }
            cells.add(committed == null ? "-" : committed.offset());
            cells.add(orDash(row.end()));
            cells.add(orDash(row.lag()));
            GroupMemberDescription reader = row.reader();
            cells.add(reader == null ? "-" : reader.memberId());
            cells.add(reader == null || reader.host().isEmpty() ? "-" : reader.host());
            cells.add(reader == null || reader.clientId().isEmpty() ? "-" : reader.clientId());
            table.row(cells.toArray());
        }
        return table;
    }

    private static Object orDash(@Nullable Long number) {
        return number == null ? "-" : number;
    }

    @Override
    public List<Map<String, Object>> json() {
        return rows.stream().map(GroupOffsetsReport::json).toList();
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("group", row.group());
        json.put("topic", row.partition().topic());
        json.put("partition", row.partition().partition());
        CommittedOffset committed = row.committed();
        if (committed != null) {
            json.put("currentOffset", committed.offset());
            json.put("commitTimeMs", committed.commitTimeMs());
            json.put("metadata", committed.metadata());
            committed.leaderEpoch().ifPresent(epoch -> json.put("leaderEpoch", epoch));
        }
        if (row.end() != null) {
            json.put("logEndOffset", row.end());
        }
        if (row.lag() != null) {
            json.put("lag", row.lag());
        }
        GroupMemberDescription reader = row.reader();
        if (reader != null) {
            json.put("consumerId", reader.memberId());
            json.put("host", reader.host());
            json.put("clientId", reader.clientId());
        }
        return json;
    }
}
