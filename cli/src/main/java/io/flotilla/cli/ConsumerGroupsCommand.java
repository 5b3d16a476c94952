package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.ConsumerGroupDescription;
import io.flotilla.client.ConsumerGroupListing;
import io.flotilla.client.ConsumerGroupListings;
import io.flotilla.client.ConsumerGroupState;
import io.flotilla.client.OperationResult;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.FlotillaError;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists, describes and deletes consumer groups, and sets how far they have come. */
@Command(
        name = "consumer-groups",
        description = {
            "List, describe or delete consumer groups, or set where they go on.",
            "Exits with 1 when a group does not exist, cannot be asked, or refuses."
        },
        mixinStandardHelpOptions = true)
final class ConsumerGroupsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @ArgGroup(multiplicity = "1")
    private Action action = new Action();

    /** Exactly one of them. */
    static final class Action {
        @Option(names = "--list", description = "print the names of all groups; with --state their states, too")
        private boolean list;

        @Option(names = "--describe", description = "print how far groups have come, and how far behind they are")
        private boolean describe;

        @Option(names = "--delete", description = "delete groups that have no members, with their offsets")
        private boolean delete;

        @Option(names = "--reset-offsets", description = "set where groups go on that have no members")
        private boolean resetOffsets;

        @Option(names = "--delete-offsets", description = "forget how far a group has come in --topic")
        private boolean deleteOffsets;
    }

    @Option(names = "--group", paramLabel = "GROUP", description = "the group; may be given several times")
    private List<String> groups = List.of();

    @Option(names = "--all-groups", description = "every group, instead of --group")
    private boolean allGroups;

    @Option(
            names = "--state",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "STATE,...",
            description = "with --describe: the groups themselves; with --list: their states, and only those in these:"
                    + " Empty, Assigning, Reconciling, Stable")
    private @Nullable String state;

    @Option(names = "--members", description = "with --describe: the members")
    private boolean members;

    @Option(names = "--offsets", description = "with --describe: committed offsets and lag; the default")
    private boolean offsets;

    @Option(names = "--verbose", description = "with --describe: epochs, assignments and targets, too")
    private boolean verbose;

    @Mixin
    private ResetOptions reset = new ResetOptions();

    @Override
    public Integer call() throws Exception {
        refuseWhatDoesNotGoTogether();
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            if (action.list) {
                return list(admin);
            }
            List<String> chosen = chosen(admin);
            if (action.describe) {
                return describe(admin, chosen);
            } else if (action.delete) {
                return results(admin.groups().deleteConsumerGroups(chosen), "deleted");
            } else if (action.deleteOffsets) {
                return deleteOffsets(admin, chosen);
            }
            return reset(admin, chosen);
        }
    }

    private void refuseWhatDoesNotGoTogether() {
        boolean anyGroup = !groups.isEmpty() || allGroups;
        require(action.list || anyGroup, "--group names the group; --all-groups means every one");
        require(groups.isEmpty() || !allGroups, "--group and --all-groups exclude each other");
        require(!action.list || !anyGroup, "--list takes no --group: --describe --group describes one");
        require(
                Stream.of(members, offsets, state != null)
                                .filter(given -> given)
                                .count()
                        <= 1,
                "only one of --members, --offsets and --state at a time");
        require(
                action.describe || !(members || offsets || verbose),
                "--members, --offsets and --verbose go with --describe");
        require(action.describe || action.list || state == null, "--state goes with --describe or --list");
        require(!action.deleteOffsets || !allGroups, "--delete-offsets takes --group: one group at a time");
        reset.defect(action.resetOffsets, action.deleteOffsets).ifPresent(defect -> require(false, defect));
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private List<String> chosen(Admin admin) throws CommandFailure {
        if (!allGroups) {
            return List.copyOf(new TreeSet<>(groups));
        }
        ConsumerGroupListings listings = admin.groups().listConsumerGroups(List.of());
        if (!listings.errors().isEmpty()) {
            throw new CommandFailure(
                    "not all groups could be listed: " + text(listings.errors().get(0)));
        }
        return listings.groups().stream().map(ConsumerGroupListing::group).toList();
    }

    private int list(Admin admin) throws Exception {
        ConsumerGroupListings listings = admin.groups().listConsumerGroups(states());
        output.print(
                out(),
                () -> {
                    Table table = state == null ? new Table("GROUP") : new Table("GROUP", "STATE");
                    listings.groups().forEach(group -> {
                        if (state == null) {
                            table.row(group.group());
                        } else {
                            table.row(group.group(), group.state());
                        }
                    });
                    return table;
                },
                () -> listings.groups().stream()
                        .map(group -> new TreeMap<>(Map.of(
                                "group", group.group(), "state", group.state().toString())))
                        .toList());
        listings.errors().forEach(error -> complain("a coordinator could not be asked: " + text(error)));
        return listings.errors().isEmpty() ? 0 : 1;
    }

    private Collection<ConsumerGroupState> states() {
        List<ConsumerGroupState> states = new ArrayList<>();
        if (state != null && !state.isEmpty()) {
            for (String name : state.split(",", -1)) {
                states.add(Stream.of(ConsumerGroupState.values())
                        .filter(known -> known != ConsumerGroupState.UNKNOWN)
                        .filter(known -> known.toString().equalsIgnoreCase(name.strip()))
                        .findFirst()
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(),
                                "--state: '" + name + "' is none of Empty, Assigning, Reconciling, Stable, Dead")));
            }
        }
        return states;
    }

    private int describe(Admin admin, List<String> chosen) throws Exception {
        List<ConsumerGroupDescription> found = new ArrayList<>();
        int code = 0;
        for (ConsumerGroupDescription group : admin.groups().describeConsumerGroups(chosen)) {
            if (group.error().isPresent()) {
                complain("group '" + group.group() + "': " + text(group.error().get()));
                code = 1;
            } else {
                found.add(group);
                if (group.members().isEmpty() && state == null) {
                    complain("group '" + group.group() + "' has no active members");
                }
            }
        }
        GroupReport report = report(admin, found);
        output.print(out(), report::table, report::json);
        return code;
    }

    private GroupReport report(Admin admin, List<ConsumerGroupDescription> found) {
        if (members) {
            return new GroupMembersReport(found, verbose);
        }
        return state != null ? new GroupStateReport(found, verbose) : GroupOffsetsReport.of(admin, found, verbose);
    }

    private int deleteOffsets(Admin admin, List<String> chosen) throws Exception {
        String group = chosen.get(0);
        Collection<TopicPartition> partitions = reset.partitions(
                admin, admin.groups().listConsumerGroupOffsets(group).keySet());
        return results(admin.groups().deleteConsumerGroupOffsets(group, partitions), "forgotten");
    }

    private int reset(Admin admin, List<String> chosen) throws Exception {
        OffsetReset plan = new OffsetReset(admin, reset, this::complain);
        Map<String, Map<TopicPartition, Long>> offsets = new LinkedHashMap<>();
        for (String group : chosen) {
            offsets.put(group, plan.of(group));
        }
        int code = 0;
        if (reset.execute()) {
            for (Map.Entry<String, Map<TopicPartition, Long>> group : offsets.entrySet()) {
                if (!group.getValue().isEmpty()) {
                    code = Math.max(
                            code, failures(admin.groups().alterConsumerGroupOffsets(group.getKey(), group.getValue())));
                }
            }
        }
        if (code == 0) {
            ResetFile file = new ResetFile(offsets);
            if (reset.export()) {
                file.print(out());
            } else {
                output.print(out(), file::table, file::json);
            }
            if (!reset.execute()) {
                complain("nothing was changed: --execute does it");
            }
        }
        return code;
    }

    private int failures(List<OperationResult<TopicPartition>> results) {
        results.forEach(result -> result.error().ifPresent(error -> complain(result.subject() + ": " + text(error))));
        return results.stream().allMatch(OperationResult::succeeded) ? 0 : 1;
    }

    private int results(List<? extends OperationResult<?>> results, String done) throws Exception {
        output.print(
                out(),
                () -> {
                    Table table = new Table(action.delete ? "GROUP" : "PARTITION", "RESULT");
                    results.forEach(result -> table.row(
                            result.subject(),
                            result.error().map(ConsumerGroupsCommand::text).orElse(done)));
                    return table;
                },
                () -> results.stream()
                        .map(result -> new TreeMap<>(Map.of(
                                action.delete ? "group" : "partition",
                                result.subject().toString(),
                                "result",
                                result.error().map(ConsumerGroupsCommand::text).orElse(done))))
                        .toList());
        return results.stream().allMatch(OperationResult::succeeded) ? 0 : 1;
    }

    private static String text(FlotillaError error) {
        return error.code() + ": " + error.message();
    }

    private void complain(String message) {
        out().flush();
        spec.commandLine().getErr().println(message);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
