package io.flotilla.bench.cluster;

import io.flotilla.bench.load.LoadClients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How the nodes of one system are set up and started. */
public interface Nodes {
    /** The system, as the load generators know it. */
    LoadClients system();

    /** The configuration of a combined node of so many, with its data in the folder. */
    List<String> properties(int node, int size, Path folder, Ports ports);

    /** Prepares a node's empty folder where the system asks for that before its first start. */
    void format(Path folder) throws IOException;

    /** The command that starts a node from the folder's server.properties. */
    List<String> command(Path folder);

    /** Where clients connect to a node. */
    String client(int node, Ports ports);

    /** The class path of its client, the load generator included. */
    String driverClassPath();
}
