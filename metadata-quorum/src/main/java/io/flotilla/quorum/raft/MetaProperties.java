package io.flotilla.quorum.raft;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * The file {@code meta.properties}: whose directory this is, and whether Raft has been formatted in it.
 *
 * <p>It lies outside Raft's own directory, so that it survives what wipes that one; a voter that has forgotten its
 * votes would otherwise come back as if nothing had happened.
 *
 * @param formatted true from the moment before this node first may vote
 */
record MetaProperties(NodeIdentity identity, UUID directoryId, boolean formatted) {

    private static final String VERSION = "1";

    static MetaProperties fresh(NodeIdentity identity) {
        return new MetaProperties(identity, UUID.randomUUID(), false);
    }

    /** The same directory in another quorum, in which it may vote. */
    MetaProperties recoveredIn(UUID quorum) {
        return new MetaProperties(identity.in(quorum), directoryId, true);
    }

    MetaProperties asFormatted() {
        return new MetaProperties(identity, directoryId, true);
    }

    static Optional<MetaProperties> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        try {
            String version = required(properties, "version");
            if (!version.equals(VERSION)) {
                throw new StorageRefusedException(file + " has version " + version + "; this release reads version "
                        + VERSION + ". Start the release that wrote it, or a newer one.");
            }
            NodeIdentity identity = identity(properties);
            UUID directoryId = UUID.fromString(required(properties, "directory.id"));
            return Optional.of(
                    new MetaProperties(identity, directoryId, Boolean.parseBoolean(required(properties, "formatted"))));
        } catch (IllegalArgumentException e) {
            throw new StorageRefusedException(file + " is damaged (" + e.getMessage()
                    + "). Restore it from a backup, or rebuild this node: " + SnapshotFiles.WAY_OUT);
        }
    }

    void write(Path file) throws IOException {
        DurableFiles.replace(file, """
                # Whose metadata directory this is. Written by Flotilla; do not edit or delete.
                version=%s
                cluster.id=%s
                node.id=%d
                quorum.id=%s
                directory.id=%s
                formatted=%b
                """.formatted(
                        VERSION, identity.clusterId(), identity.nodeId(), identity.quorumId(), directoryId, formatted));
    }

    private static NodeIdentity identity(Properties properties) {
        NodeIdentity founder =
                new NodeIdentity(required(properties, "cluster.id"), Integer.parseInt(required(properties, "node.id")));
        return properties.containsKey("quorum.id")
                ? founder.in(UUID.fromString(required(properties, "quorum.id")))
                : founder;
    }

    private static String required(Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("no " + key);
        }
        return value.strip();
    }
}
