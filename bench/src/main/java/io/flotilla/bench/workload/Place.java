package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.FlotillaNodes;
import io.flotilla.bench.cluster.Home;
import io.flotilla.bench.cluster.KafkaNodes;
import io.flotilla.bench.cluster.Nodes;
import io.flotilla.bench.cluster.Ports;
import io.flotilla.bench.load.LoadClients;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where clusters are set up; scripts/bench.sh knows the folders. */
final class Place {
    private static final int PORTS_APART = 100;

    @Option(
            names = "--base-port",
            defaultValue = "29000",
            description = "first of 200 ports (default ${DEFAULT-VALUE})")
    private int basePort;

    @Option(names = "--scripts", required = true, hidden = true)
    private Path scripts = Path.of("");

    @Option(names = "--flotilla-lib", required = true, hidden = true)
    private Path flotillaLib = Path.of("");

    @Option(names = "--bench-lib", required = true, hidden = true)
    private Path benchLib = Path.of("");

    @Option(names = "--kafka", required = true, hidden = true)
    private Path kafka = Path.of("");

    @Option(names = "--work", required = true, hidden = true)
    private Path work = Path.of("");

    /** Prepares a cluster of a system; none of its nodes is started. */
    Cluster cluster(LoadClients system, int size) throws IOException {
        Home home = new Home(scripts, flotillaLib, benchLib, kafka, work);
        Nodes nodes = switch (system) {
            case FLOTILLA -> new FlotillaNodes(home);
            case KAFKA -> new KafkaNodes(home);
        };
        return new Cluster(nodes, home, new Ports(basePort + system.ordinal() * PORTS_APART), size);
    }
}
