package io.flotilla.sim.rpc;

import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One TCP connection: both directions keep their order; while a way is cut, packets wait and are sent again; after long
 * enough the keepalive of the client gives it up.
 */
final class WireConnection {
    private static final long RETRY_NANOS = 60 * World.MS;
    private static final long KEEPALIVE_NANOS = 15 * World.SECOND;

    private final Wire wire;
    private final OsProcess client;
    private final OsProcess server;
    private final Way toServer;
    private final Way toClient;
    private final Set<ClientEnd<?, ?>> clientEnds = new LinkedHashSet<>();
    private final Set<ServerEnd<?, ?>> serverEnds = new LinkedHashSet<>();
    private boolean broken;

    WireConnection(Wire wire, OsProcess client, OsProcess server) {
        this.wire = wire;
        this.client = client;
        this.server = server;
        this.toServer = new Way(client, server);
        this.toClient = new Way(server, client);
        wire.opened(this);
    }

    private record Packet(long atNanos, Runnable arrival) {}

    /** One direction. */
    private final class Way {
        private final OsProcess from;
        private final OsProcess to;
        private final ArrayDeque<Packet> packets = new ArrayDeque<>();
        private long busyUntilNanos;
        private long stalledSinceNanos = -1;
        private boolean moving;

        Way(OsProcess from, OsProcess to) {
            this.from = from;
            this.to = to;
        }

        void send(Runnable arrival) {
            if (broken) {
                return;
            }
            World world = wire.world();
            long at = world.nowNanos() + wire.links().delayNanos(from.node(), to.node());
            busyUntilNanos = Math.max(busyUntilNanos + 1, at);
            packets.add(new Packet(busyUntilNanos, arrival));
            if (!moving) {
                moving = true;
                world.at(busyUntilNanos - world.nowNanos(), this::move);
            }
        }

        private void move() {
            moving = false;
            World world = wire.world();
            long now = world.nowNanos();
            while (!broken && !packets.isEmpty() && packets.peek().atNanos() <= now) {
                if (!wire.links().isOpen(from.node(), to.node())) {
                    stall(now);
                    return;
                }
                stalledSinceNanos = -1;
                to.happen(packets.remove().arrival());
            }
            if (!broken && !packets.isEmpty() && !moving) {
                moving = true;
                world.at(packets.peek().atNanos() - now, this::move);
            }
        }

        private void stall(long now) {
            if (stalledSinceNanos < 0) {
                stalledSinceNanos = now;
            }
            if (now - stalledSinceNanos >= KEEPALIVE_NANOS) {
                reset("keepalive failed, the connection is likely gone");
                return;
            }
            moving = true;
            wire.world().at(RETRY_NANOS, this::move);
        }
    }

    OsProcess client() {
        return client;
    }

    OsProcess server() {
        return server;
    }

    boolean isBroken() {
        return broken;
    }

    boolean isOf(OsProcess process) {
        return client == process || server == process;
    }

    boolean joins(int one, int other) {
        int from = client.node();
        int to = server.node();
        return (from == one && to == other) || (from == other && to == one);
    }

    boolean isDeadAt(int host) {
        return (client.node() == host && !client.isAlive()) || (server.node() == host && !server.isAlive());
    }

    /** What a process does after its machine has crashed under it gets nowhere. */
    void toServer(Runnable arrival) {
        if (client.isAlive()) {
            toServer.send(arrival);
        }
    }

    void toClient(Runnable arrival) {
        if (server.isAlive()) {
            toClient.send(arrival);
        }
    }

    void add(ClientEnd<?, ?> end) {
        clientEnds.add(end);
    }

    void add(ServerEnd<?, ?> end) {
        serverEnds.add(end);
    }

    void remove(ClientEnd<?, ?> end) {
        clientEnds.remove(end);
    }

    void remove(ServerEnd<?, ?> end) {
        serverEnds.remove(end);
    }

    /** The client closes it in good order: its calls have ended. */
    void closeByClient() {
        toServer(this::breakServer);
        wire.closed(this);
    }

    /** One end's process is gone: what it had sent still arrives, and then the end of the stream. */
    void ended(OsProcess process) {
        if (broken || wire.links().isDark(process.node())) {
            return;
        }
        if (process == client) {
            toServer.send(() -> {
                breakServer();
                gone();
            });
        } else {
            toClient.send(() -> {
                breakClient("connection reset by peer");
                gone();
            });
        }
    }

    /** Breaks it for both ends, each as soon as it can hear of it. */
    void reset(String why) {
        if (!broken) {
            gone();
            long nanos = wire.links().delayNanos(client.node(), server.node());
            client.at(nanos, () -> breakClient(why));
            server.at(nanos, this::breakServer);
        }
    }

    private void gone() {
        broken = true;
        wire.closed(this);
    }

    private void breakClient(String why) {
        List<ClientEnd<?, ?>> ends = new ArrayList<>(clientEnds);
        clientEnds.clear();
        ends.forEach(end -> end.broken(why));
    }

    private void breakServer() {
        List<ServerEnd<?, ?>> ends = new ArrayList<>(serverEnds);
        serverEnds.clear();
        ends.forEach(ServerEnd::cancelled);
    }
}
