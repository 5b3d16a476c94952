package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.id.DirectoryId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose a log directory is: the file {@code meta.properties}, written once, last of all when the directory is
 * formatted.
 *
 * @param clusterId id of the cluster
 * @param nodeId {@code node.id} of the broker
 * @param directoryId the directory's own id
 */
record DirectoryIdentity(String clusterId, int nodeId, DirectoryId directoryId) {
    static final String FILE = "meta.properties";

    private static final String VERSION = "1";
    private static final int BYTES_MAX = 64 << 10;

    void write(Disk disk) {
        String text = "version=" + VERSION + "\ncluster.id=" + clusterId + "\nnode.id=" + nodeId + "\ndirectory.id="
                + directoryId.value() + "\n";
        String temporary = FILE + LogFiles.TEMPORARY;
        if (disk.exists(temporary)) {
            disk.delete(temporary);
        }
        try (var file = disk.create(temporary)) {
            file.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            file.sync();
        }
        disk.rename(temporary, FILE);
        disk.syncDirectory("");
    }

    /** What the file says; null when there is none. */
    static @Nullable DirectoryIdentity read(Disk disk) {
        if (!disk.exists(FILE)) {
            return null;
        }
        var properties = properties(disk);
        String version = properties.get("version");
        if (!VERSION.equals(version)) {
            throw refused(disk, "has version " + version + ", this broker reads version " + VERSION);
        }
        String clusterId = properties.get("cluster.id");
        String nodeId = properties.get("node.id");
        String directoryId = properties.get("directory.id");
        if (clusterId == null || nodeId == null || directoryId == null) {
            throw refused(disk, "must have cluster.id, node.id and directory.id; it has only " + properties.keySet());
        }
        try {
            return new DirectoryIdentity(
                    clusterId, Integer.parseInt(nodeId), new DirectoryId(UUID.fromString(directoryId)));
        } catch (IllegalArgumentException e) {
            throw refused(disk, "cannot be read: " + e.getMessage());
        }
    }

    /** Refuses a directory of another cluster or broker. */
    void mustBelongTo(Disk disk, String ownClusterId, int ownNodeId) {
        if (!clusterId.equals(ownClusterId)) {
            throw new DirectoryRefusedException("log directory " + disk.name() + " belongs to cluster " + clusterId
                    + ", this broker to cluster " + ownClusterId + "; choose another log.dirs or correct cluster.id");
        }
        if (nodeId != ownNodeId) {
            throw new DirectoryRefusedException("log directory " + disk.name() + " belongs to node.id " + nodeId
                    + ", this broker has node.id " + ownNodeId + "; choose another log.dirs or correct node.id");
        }
    }

    private static Map<String, String> properties(Disk disk) {
        var bytes = ByteBuffer.allocate(BYTES_MAX);
        try (var file = disk.open(FILE)) {
            file.read(0, bytes);
        }
        var properties = new LinkedHashMap<String, String>();
        StandardCharsets.UTF_8.decode(bytes.flip()).toString().lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                properties.put(
                        line.substring(0, equals).trim(),
                        line.substring(equals + 1).trim());
            }
        });
        return properties;
    }

    private static DirectoryRefusedException refused(Disk disk, String why) {
        return new DirectoryRefusedException(disk.name() + "/" + FILE + " " + why);
    }
}
