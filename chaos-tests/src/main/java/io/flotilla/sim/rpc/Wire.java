package io.flotilla.sim.rpc;

import io.flotilla.model.id.Endpoint;
import io.flotilla.sim.net.Links;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.World;
import io.grpc.ManagedChannel;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All listeners and connections of a simulated network. Owned by its world's thread. */
public final class Wire {
    private static final String HOST = "node";

    private final World world;
    private final Links links;
    private final Map<Endpoint, WireListener> listeners = new LinkedHashMap<>();
    private final Set<WireConnection> connections = new LinkedHashSet<>();

    public Wire(World world, Links links) {
        this.world = world;
        this.links = links;
    }

    World world() {
        return world;
    }

    Links links() {
        return links;
    }

    /** A listener's address on a host. */
    public static Endpoint endpoint(int host, int port) {
        return new Endpoint(HOST + host, port);
    }

    static int hostOf(Endpoint endpoint) {
        return endpoint.host().startsWith(HOST)
                ? Integer.parseInt(endpoint.host().substring(HOST.length()))
                : -1;
    }

    /** Lets a process serve at an endpoint of its host, until it ends. */
    public void listen(Endpoint endpoint, OsProcess process, List<ServerServiceDefinition> services) {
        listeners.put(endpoint, new WireListener(process, services));
    }

    /** A channel of a process; as with gRPC, it connects with its first call. */
    public ManagedChannel channel(OsProcess from, Endpoint to) {
        return new WireChannel(this, from, to);
    }

    /** A process has ended: its host closes its connections, unless it has no power. */
    public void ended(OsProcess process) {
        listeners.values().removeIf(listener -> listener.process() == process);
        for (WireConnection connection : matching(open -> open.isOf(process))) {
            connection.ended(process);
        }
    }

    /** A host has power again: it knows nothing of connections from before, and says so. */
    public void rebooted(int host) {
        matching(open -> open.isDeadAt(host)).forEach(connection -> connection.reset("connection reset by peer"));
    }

    /** Breaks all connections between two hosts, as a middlebox does that lost its memory. */
    public void reset(int one, int other) {
        matching(open -> open.joins(one, other)).forEach(connection -> connection.reset("connection reset"));
    }

    private List<WireConnection> matching(Predicate<WireConnection> wanted) {
        List<WireConnection> found = new ArrayList<>(connections);
        found.removeIf(wanted.negate());
        return found;
    }

    /** Whoever would take a connection there now; null when nobody listens. */
    @Nullable
    WireListener listener(Endpoint endpoint) {
        WireListener listener = listeners.get(endpoint);
        return listener != null && listener.process().isAlive() ? listener : null;
    }

    void opened(WireConnection connection) {
        connections.add(connection);
    }

    void closed(WireConnection connection) {
        connections.remove(connection);
    }
}
