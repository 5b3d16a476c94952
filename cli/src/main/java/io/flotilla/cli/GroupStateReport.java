package io.flotilla.cli;

import io.flotilla.client.ConsumerGroupDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The groups themselves: who coordinates them, and how they are. */
record GroupStateReport(List<ConsumerGroupDescription> groups, boolean verbose) implements GroupReport {
    @Override
    public Table table() {
        Table table = verbose
                ? new Table(
                        "GROUP",
                        "COORDINATOR (ID)",
                        "ASSIGNMENT-STRATEGY",
                        "STATE",
                        "GROUP-EPOCH",
                        "TARGET-ASSIGNMENT-EPOCH",
                        "#MEMBERS")
                : new Table("GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "#MEMBERS");
        for (ConsumerGroupDescription group : groups) {
            String coordinator =
                    group.coordinator().endpoint() + " (" + group.coordinator().brokerId() + ")";
            String assignor = group.assignor().isEmpty() ? "-" : group.assignor();
            int members = group.members().size();
            if (verbose) {
                table.row(
                        group.group(),
                        coordinator,
                        assignor,
                        group.state(),
                        group.epoch(),
                        group.assignmentEpoch(),
                        members);
            } else {
                table.row(group.group(), coordinator, assignor, group.state(), members);
            }
        }
        return table;
    }

    @Override
    public List<Map<String, Object>> json() {
        return groups.stream().map(GroupStateReport::json).toList();
    }

    private static Map<String, Object> json(ConsumerGroupDescription group) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("group", group.group());
        json.put("coordinatorId", group.coordinator().brokerId());
        json.put("coordinator", group.coordinator().endpoint());
        json.put("assignmentStrategy", group.assignor());
        json.put("state", group.state().toString());
        json.put("groupEpoch", group.epoch());
        json.put("targetAssignmentEpoch", group.assignmentEpoch());
        json.put("members", group.members().size());
        return json;
    }
}
