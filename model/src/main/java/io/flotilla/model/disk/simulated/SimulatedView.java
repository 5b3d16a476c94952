package io.flotilla.model.disk.simulated;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at a simulated disk without using it: what is there, or only what a power loss leaves for certain. */
public final class SimulatedView {
    private final SimulatedDirectory root;
    private final boolean stored;

    SimulatedView(SimulatedDirectory root, boolean stored) {
        this.root = root;
        this.stored = stored;
    }

    /** Names in a directory, sorted; none when there is no such directory. */
    public List<String> names(String directory) {
        if (!(find(directory) instanceof SimulatedDirectory found)) {
            return List.of();
        }
        return found.names().stream()
                .filter(name -> !stored || found.getStored(name) != null)
                .toList();
    }

    /** True when the path is a directory. */
    public boolean isDirectory(String path) {
        return find(path) instanceof SimulatedDirectory;
    }

    /** Bytes of a file, 0 when there is no such file. */
    public int size(String path) {
        return find(path) instanceof SimulatedFile file ? stored ? file.storedSize() : file.size() : 0;
    }

    /** How often bytes of the file changed or went; while it stays, the file has only grown. -1 without the file. */
    public long rewrites(String path) {
        return find(path) instanceof SimulatedFile file ? file.rewrites() : -1;
    }

    /** Bytes of a file from a position on, copied. */
    public byte[] content(String path, int from) {
        return find(path) instanceof SimulatedFile file ? file.content(from, size(path)) : new byte[0];
    }

    void copyTo(SimulatedDisk target, String directory) {
        for (String name : names(directory)) {
            String path = directory.isEmpty() ? name : directory + "/" + name;
            if (isDirectory(path)) {
                target.createDirectory(path);
                copyTo(target, path);
            } else {
                try (var file = target.create(path)) {
                    file.append(ByteBuffer.wrap(content(path, 0)));
                    file.sync();
                }
            }
        }
        target.syncDirectory(directory);
    }

    private @Nullable SimulatedNode find(String path) {
        SimulatedNode node = root;
        for (String name : path.isEmpty() ? List.<String>of() : List.of(path.split("/"))) {
            if (!(node instanceof SimulatedDirectory directory)) {
                return null;
            }
            node = stored ? directory.getStored(name) : directory.get(name);
        }
        return node;
    }
}
