package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.FeatureDescription;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The level of features that a cluster runs at: raised once every node runs a new version. */
@Command(
        name = "features",
        description = "Describe or raise the level of features that the cluster runs at.",
        mixinStandardHelpOptions = true)
final class FeaturesCommand implements Callable<Integer> {
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
        @Option(names = "--describe", description = "print the level, and what each broker understands")
        private boolean describe;

        @Option(names = "--upgrade", description = "raise the level")
        private boolean upgrade;
    }

    @Option(
            names = "--level",
            paramLabel = "N",
            description = "by default, with --upgrade, the highest that every broker understands")
    private int level;

    @Override
    public Integer call() throws Exception {
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            if (action.describe) {
                FeatureDescription features = admin.describeFeatures();
                output.print(spec.commandLine().getOut(), () -> table(features), () -> features);
            } else {
                int now = admin.upgradeFeatures(level);
                spec.commandLine().getOut().println("the cluster runs at feature level " + now);
                spec.commandLine().getOut().flush();
            }
        }
        return 0;
    }

    private static Table table(FeatureDescription features) {
        Table table = new Table("Broker", "MinLevel", "MaxLevel", "ClusterLevel");
        features.brokers()
                .forEach(
                        broker -> table.row(broker.brokerId(), broker.minLevel(), broker.maxLevel(), features.level()));
        return table;
    }
}
