package io.flotilla.broker.log.disk;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskException.Kind;
import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.disk.DiskLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A directory of the file system as a {@link Disk}. Holds nothing open itself; every thread may use it. */
public final class FileDisk implements Disk {
    private final Path root;
    private final Set<StandardOpenOption> access;

    private FileDisk(Path root, Set<StandardOpenOption> access) {
        this.root = root;
        this.access = access;
    }

    /** The disk in a directory that exists, for reading only: whoever writes has it open at the same time. */
    public static FileDisk readOnly(Path directory) {
        var root = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(root)) {
            throw new DiskException(Kind.NOT_FOUND, root + " is no directory");
        }
        return new FileDisk(root, EnumSet.of(StandardOpenOption.READ));
    }

    /** The disk in this directory, which is created where it does not exist, with its parents. */
    public static FileDisk at(Path directory) {
        var root = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw Failures.of("cannot create the log directory " + root, e);
        }
        if (!Files.isWritable(root) || !Files.isReadable(root)) {
            throw new DiskException(Kind.ACCESS_DENIED, "the log directory " + root + " is not readable and writable");
        }
        return new FileDisk(root, EnumSet.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public List<String> list(String directory) {
        try (var entries = Files.list(resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw Failures.of("cannot list " + resolve(directory), e);
        } catch (UncheckedIOException e) { // how a stream of names reports what fails halfway
            throw Failures.of("cannot list " + resolve(directory), new IOException(e));
        }
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(resolve(path));
    }

    @Override
    public boolean isDirectory(String path) {
        return Files.isDirectory(resolve(path));
    }

    @Override
    public void createDirectory(String path) {
        try {
            if (!isDirectory(path)) {
                Files.createDirectory(resolve(path));
            }
        } catch (IOException e) {
            throw Failures.of("cannot create the directory " + resolve(path), e);
        }
    }

    @Override
    public DiskFile open(String path) {
        return channel(path, access);
    }

    @Override
    public DiskFile create(String path) {
        Set<StandardOpenOption> options = EnumSet.copyOf(access);
        options.add(StandardOpenOption.CREATE_NEW);
        return channel(path, options);
    }

    private DiskFile channel(String path, Set<StandardOpenOption> options) {
        var file = resolve(path);
        try {
            return new ChannelFile(file.toString(), FileChannel.open(file, options));
        } catch (IOException e) {
            throw Failures.of("cannot open " + file, e);
        }
    }

    @Override
    public void rename(String from, String to) {
        try {
            if (isDirectory(from) && exists(to)) {
                throw new DiskException(Kind.ALREADY_EXISTS, resolve(to) + " exists");
            }
            Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failures.of("cannot rename " + resolve(from) + " to " + resolve(to), e);
        }
    }

    @Override
    public void delete(String path) {
        try {
            Files.delete(resolve(path));
        } catch (IOException e) {
            throw Failures.of("cannot delete " + resolve(path), e);
        }
    }

    @Override
    public void syncDirectory(String directory) {
        var path = resolve(directory);
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new DiskException(Kind.SYNC_FAILED, "cannot sync the directory " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public long freeBytes() {
        try {
            return Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            throw Failures.of("cannot ask for the free space of " + root, e);
        }
    }

    @Override
    public DiskLock lock(String path) {
        var file = resolve(path);
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            lock = channel.tryLock();
        } catch (IOException e) {
            throw Failures.of("cannot lock " + file, e);
        } catch (OverlappingFileLockException e) {
            throw locked(e);
        } finally {
            if (lock == null && channel != null) {
                closeQuietly(channel);
            }
        }
        if (lock == null) {
            throw locked(null);
        }
        var held = channel;
        return () -> closeQuietly(held);
    }

    private DiskException locked(@Nullable Throwable cause) {
        return new DiskException(
                Kind.LOCKED,
                "the log directory " + root + " is in use by another broker; stop it, or choose another log.dirs",
                cause);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor and its lock are gone all the same.
        }
    }

    private Path resolve(String path) {
        return path.isEmpty() ? root : root.resolve(path);
    }
}
