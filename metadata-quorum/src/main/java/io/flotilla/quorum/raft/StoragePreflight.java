package io.flotilla.quorum.raft;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;

/**
 * Decides, before Ratis touches the disk, whether this node may start with the storage it finds. Ratis alone would
 * format a lost disk in silence and come back as a voter without memory, able to vote twice in one term.
 */
final class StoragePreflight {

    private RaftConfig config;

    StoragePreflight(RaftConfig config) {
        this.config = config;
    }

    /** The configuration for this storage: a node that has voted stays in the quorum in which it did. */
    RaftConfig config() {
        return config;
    }

    /**
     * Checks identity and storage, repairs a torn tail, and says how Ratis is to open the storage.
     *
     * @throws StorageRefusedException when starting would endanger the cluster
     */
    StartupOption check() throws IOException {
        RecoveryMark.refuseUnfinished(config.directory());
        Files.createDirectories(config.raftDirectory());
        Optional<MetaProperties> found = MetaProperties.read(config.identityFile());
        found.filter(MetaProperties::formatted)
                .map(MetaProperties::identity)
                .filter(identity -> identity.clusterId().equals(config.self().clusterId()))
                .ifPresent(identity -> config = config.in(identity.quorumId()));
        refuseForeignGroups();
        if (found.isEmpty()) {
            refuseUnclaimedStorage();
            MetaProperties.fresh(config.self()).write(config.identityFile());
            return StartupOption.FORMAT;
        }
        MetaProperties meta = found.get();
        refuseForeignIdentity(meta.identity());
        if (!meta.formatted()) {
            // Claimed, but the node never got as far as being able to vote: nothing here can be missed.
            MetaProperties.fresh(config.self()).write(config.identityFile());
            deleteRecursively(config.groupDirectory());
            return StartupOption.FORMAT;
        }
        refuseLostStorage();
        OpenSegment.repairTail(config.groupDirectory().resolve("current"));
        return StartupOption.RECOVER;
    }

    /** Records that the storage exists; must be durable before the node may vote. */
    void markFormatted() throws IOException {
        MetaProperties meta = MetaProperties.read(config.identityFile())
                .orElseThrow(
                        () -> new IOException(config.identityFile() + " disappeared while the node was starting."));
        if (!meta.formatted()) {
            DurableFiles.syncDirectory(config.raftDirectory());
            meta.asFormatted().write(config.identityFile());
        }
    }

    private void refuseForeignGroups() throws IOException {
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(config.raftDirectory(), Files::isDirectory)) {
            for (Path group : groups) {
                if (Files.exists(group.resolve("current")) && !group.equals(config.groupDirectory())) {
                    throw new StorageRefusedException("Directory " + group + " belongs to another cluster than '"
                            + config.self().clusterId()
                            + "', or to its quorum of before a recovery. Check cluster.id and metadata.log.dir; never"
                            + " share a directory between clusters.");
                }
            }
        }
    }

    private void refuseForeignIdentity(NodeIdentity found) throws StorageRefusedException {
        NodeIdentity self = config.self();
        if (!found.clusterId().equals(self.clusterId())) {
            throw new StorageRefusedException(config.identityFile() + " belongs to cluster '" + found.clusterId()
                    + "', but cluster.id is '" + self.clusterId() + "'. Check cluster.id and metadata.log.dir.");
        }
        if (found.nodeId() != self.nodeId()) {
            throw new StorageRefusedException(config.identityFile() + " belongs to node " + found.nodeId()
                    + ", but node.id is " + self.nodeId() + ". Check node.id and metadata.log.dir.");
        }
    }

    private void refuseUnclaimedStorage() throws StorageRefusedException {
        if (hasRaftMeta()) {
            throw new StorageRefusedException("Raft storage " + config.groupDirectory() + " exists, but "
                    + config.identityFile() + " does not. Restore that file from a backup, or rebuild this node: "
                    + SnapshotFiles.WAY_OUT);
        }
    }

    private void refuseLostStorage() throws StorageRefusedException {
        if (!hasRaftMeta()) {
            throw new StorageRefusedException(config.identityFile() + " says that this node has Raft storage, but "
                    + config.groupDirectory() + " holds none: a disk was lost, emptied or is not mounted. "
                    + "Starting empty would let this node vote against what it acknowledged. Mount the disk again; "
                    + "where it is gone: " + SnapshotFiles.WAY_OUT);
        }
    }

    private boolean hasRaftMeta() {
        return Files.exists(config.groupDirectory().resolve("current").resolve("raft-meta"));
    }

    static void deleteRecursively(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
