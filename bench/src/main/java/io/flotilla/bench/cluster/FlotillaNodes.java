package io.flotilla.bench.cluster;

import io.flotilla.bench.load.LoadClients;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Flotilla's nodes, by its own launcher and so with its own JVM options. */
public final class FlotillaNodes implements Nodes {
    private static final int CLIENT = 0;
    private static final int INTERNAL = 1;
    private static final int RAFT = 2;
    private static final String CLUSTER_ID = "0123456789abcdef0123456789abcdef";

    private final Home home;

    public FlotillaNodes(Home home) {
        this.home = home;
    }

    @Override
    public LoadClients system() {
        return LoadClients.FLOTILLA;
    }

    @Override
    public List<String> properties(int node, int size, Path folder, Ports ports) {
        return List.of(
                "process.roles=broker,controller",
                "node.id=" + node,
                "cluster.id=" + CLUSTER_ID,
                "listeners=CLIENT://" + ports.endpoint(node, CLIENT) + ",INTERNAL://" + ports.endpoint(node, INTERNAL),
                "controller.quorum.voters=" + each(size, id -> id + "@" + ports.endpoint(id, RAFT)),
                "controller.quorum.bootstrap.servers=" + each(size, id -> ports.endpoint(id, INTERNAL)),
                "log.dirs=" + folder.resolve("data"));
    }

    private static String each(int size, IntFunction<String> one) {
        return IntStream.rangeClosed(1, size).mapToObj(one).collect(Collectors.joining(","));
    }

    /** Nothing to do: a node formats its empty folder when it starts. */
    @Override
    public void format(Path folder) {}

    @Override
    public List<String> command(Path folder) {
        return List.of(
                home.scripts().resolve("flotilla").toString(),
                "server",
                folder.resolve("server.properties").toString());
    }

    @Override
    public String client(int node, Ports ports) {
        return ports.endpoint(node, CLIENT);
    }

    @Override
    public String driverClassPath() {
        return Home.jars(home.benchLib()) + ":" + Home.jars(home.flotillaLib());
    }
}
