package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.ConfigChange;
import io.flotilla.client.ConfigEntry;
import io.flotilla.client.ConfigEntry.Source;
import io.flotilla.client.ConfigResource;
import io.flotilla.client.OperationResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Describes and changes configs while the cluster runs. */
@Command(
        name = "configs",
        description = "Describe or change configs of topics and brokers while the cluster runs.",
        mixinStandardHelpOptions = true)
final class ConfigsCommand implements Callable<Integer> {
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
        @Option(names = "--describe", description = "print configs and where they come from")
        private boolean describe;

        @Option(names = "--alter", description = "set or delete configs; what is not named stays as it is")
        private boolean alter;
    }

    @Option(names = "--entity-type", required = true, paramLabel = "topics|brokers", description = "whose configs")
    private EntityType entityType = EntityType.TOPICS;

    enum EntityType {
        TOPICS,
        BROKERS
    }

    @Option(names = "--entity-name", paramLabel = "NAME", description = "the topic, or the broker's id")
    private @Nullable String entityName;

    @Option(names = "--entity-default", description = "with brokers: what holds for all of them")
    private boolean entityDefault;

    @Option(names = "--add-config", paramLabel = "KEY=VALUE,...", description = "with --alter: what to set")
    private @Nullable String add;

    @Option(names = "--delete-config", paramLabel = "KEY,...", description = "with --alter: what to take away")
    private @Nullable String delete;

    @Option(names = "--validate-only", description = "with --alter: check everything, change nothing")
    private boolean validateOnly;

    @Option(names = "--all", description = "with --describe: also what was never set while the cluster ran")
    private boolean all;

    @Override
    public Integer call() throws Exception {
        ConfigResource resource = resource();
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            return action.alter ? alter(admin, resource) : describe(admin, resource);
        }
    }

    private ConfigResource resource() throws CommandFailure {
        if (entityDefault) {
            if (entityType == EntityType.TOPICS) {
                throw new CommandFailure("topics have no common default; new topics get the brokers': use"
                        + " --entity-type brokers --entity-default");
            }
            return ConfigResource.allBrokers();
        }
        if (entityName == null || entityName.isEmpty()) {
            throw new CommandFailure(
                    "--entity-name is missing" + (entityType == EntityType.BROKERS ? ", or --entity-default" : ""));
        }
        return new ConfigResource(
                entityType == EntityType.TOPICS ? ConfigResource.Type.TOPIC : ConfigResource.Type.BROKER, entityName);
    }

    private int alter(Admin admin, ConfigResource resource) throws CommandFailure {
        Map<ConfigResource, List<ConfigChange>> changes = Map.of(resource, changes());
        List<OperationResult<ConfigResource>> results =
                validateOnly ? admin.validateConfigs(changes) : admin.alterConfigs(changes);
        results.forEach(OperationResult::orThrow);
        spec.commandLine().getOut().println((validateOnly ? "could change" : "changed") + " configs of " + resource);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private List<ConfigChange> changes() throws CommandFailure {
        List<ConfigChange> changes = new ArrayList<>();
        for (String pair : list(add)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new CommandFailure("--add-config " + pair + ": must be KEY=VALUE");
            }
            changes.add(ConfigChange.set(pair.substring(0, equals).trim(), unbracketed(pair.substring(equals + 1))));
        }
        list(delete).forEach(key -> changes.add(ConfigChange.delete(key)));
        if (changes.isEmpty()) {
            throw new CommandFailure("--alter needs --add-config or --delete-config");
        }
        return changes;
    }

    /** Splits at commas, but not within [ and ], in which Kafka's tool puts values with commas. */
    private static List<String> list(@Nullable String text) {
        List<String> parts = new ArrayList<>();
        if (text != null) {
            for (String part : text.split(",(?![^\\[]*\\])", -1)) {
                if (!part.isBlank()) {
                    parts.add(part.trim());
                }
            }
        }
        return parts;
    }

    private static String unbracketed(String value) {
        String text = value.trim();
        return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    }

    private int describe(Admin admin, ConfigResource resource) throws Exception {
        List<ConfigEntry> entries = admin.describeConfigs(resource).stream()
                .filter(entry -> all || isDynamic(entry.source()))
                .toList();
        output.print(
                spec.commandLine().getOut(),
                () -> table(entries),
                () -> entries.stream().map(ConfigsCommand::json).toList());
        return 0;
    }

    private static boolean isDynamic(Source source) {
        return source != Source.STATIC_BROKER_CONFIG && source != Source.DEFAULT_CONFIG;
    }

    private static Table table(List<ConfigEntry> entries) {
        Table table = new Table("Config", "Value", "Source", "ReadOnly");
        entries.forEach(entry -> table.row(
                entry.key(), entry.value().isEmpty() ? "-" : entry.value(), entry.source(), entry.readOnly()));
        return table;
    }

    private static Map<String, Object> json(ConfigEntry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("config", entry.key());
        json.put("value", entry.value());
        json.put("source", entry.source().name());
        json.put("readOnly", entry.readOnly());
        return json;
    }
}
