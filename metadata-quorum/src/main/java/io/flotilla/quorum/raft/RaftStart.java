package io.flotilla.quorum.raft;

import io.flotilla.quorum.log.ReplicatedCore;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.util.ExitUtils;

/** Brings a node up in the one safe order: lock, preflight, storage, the mark that it may vote, then the port. */
final class RaftStart {

    private final RaftConfig config;
    private final FreeSpace space;
    private final Submissions submissions;
    private final RaftRuntime runtime;

    RaftStart(RaftConfig config, FreeSpace space, Submissions submissions, RaftRuntime runtime) {
        this.config = config;
        this.space = space;
        this.submissions = submissions;
        this.runtime = runtime;
    }

    /**
     * Starts the node, or leaves nothing behind.
     *
     * @throws StorageRefusedException when starting would endanger the cluster
     */
    RaftNode start(ReplicatedCore core) throws IOException {
        RatisProcess.tame();
        DirectoryLock lock = DirectoryLock.take(config.directory());
        try {
            StoragePreflight preflight = new StoragePreflight(config);
            return start(core, preflight, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private RaftNode start(ReplicatedCore core, StoragePreflight preflight, DirectoryLock lock) throws IOException {
        StartupOption option = preflight.check();
        RaftConfig own = preflight.config();
        RaftGroupId group = RaftGroupId.valueOf(own.self().quorumId());
        space.look();
        Snapshots snapshots = new Snapshots(own.tuning().snapshots(), runtime.pool());
        LeadershipEvents leadership = new LeadershipEvents(runtime.leadership(), runtime.pool());
        CoreStateMachine machine = new CoreStateMachine(core, submissions, snapshots, leadership, runtime.fatal());
        RaftServer server = RaftServer.newBuilder()
                .setServerId(Peers.id(own.self().nodeId()))
                .setGroup(RaftGroup.valueOf(
                        group, own.voters().stream().map(Peers::of).toList()))
                .setOption(option)
                .setProperties(RaftSettings.of(own, space.isShort()))
                .setStateMachine(machine)
                .build();
        try {
            RaftServer.Division division = server.getDivision(group); // waits for storage and log
            preflight.markFormatted();
            server.start();
            RaftNode.Parts parts = new RaftNode.Parts(server, division, machine, snapshots, leadership, lock);
            RaftNode node = new RaftNode(parts, submissions, runtime);
            snapshots.whenPrepared(node::requestSnapshot);
            return node;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw failure(e);
        }
    }

    /** Ratis wraps what happened in many layers, and reports a taken port as a request to exit. */
    private IOException failure(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ExitUtils.ExitException) {
                InetSocketAddress listen = config.listen();
                return new IOException(
                        "The Raft port %s:%d cannot be bound: %s. Stop what uses it, or change the port of this node."
                                .formatted(listen.getHostString(), listen.getPort(), deepestMessage(e)),
                        e);
            }
        }
        return new IOException(
                "The metadata quorum could not start in " + config.raftDirectory() + ": " + deepestMessage(e), e);
    }

    private static String deepestMessage(Throwable e) {
        String message = e.toString();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                message = cause.getMessage();
            }
        }
        return message;
    }
}
