package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadClients;
import picocli.CommandLine.Option;

/** What every load generator is told. */
final class DriveOptions {
    @Option(names = "--system", required = true, description = "flotilla or kafka")
    LoadClients system = LoadClients.FLOTILLA;

    @Option(names = "--bootstrap-server", required = true)
    String bootstrap = "";

    @Option(names = "--topic", required = true)
    String topic = "";

    @Option(names = "--partitions", defaultValue = "1")
    int partitions;
}
