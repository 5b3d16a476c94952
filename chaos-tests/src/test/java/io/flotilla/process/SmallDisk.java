package io.flotilla.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A file system of its own for a log directory: so small that it can be filled, or one that can be made to fail.
 * Mounted before the first test of a class and gone after the last; register it in a static field, before the cluster
 * that uses it. Where nothing can be mounted, tests that {@link #assumeMounted} are left out, and in CI they fail.
 */
final class SmallDisk implements BeforeAllCallback, AfterAllCallback {
    private final Path home = Path.of(
                    "target", "process", "disk-" + UUID.randomUUID().toString().substring(0, 8))
            .toAbsolutePath();
    private final boolean inMemory;
    private final int mib;
    private String refusal = "";

    private SmallDisk(boolean inMemory, int mib) {
        this.inMemory = inMemory;
        this.mib = mib;
    }

    /** A tmpfs, whose size can be changed. */
    static SmallDisk inMemory(int mib) {
        return new SmallDisk(true, mib);
    }

    /** An ext4 file system in a sparse file, which can be made to fail. */
    static SmallDisk onLoopDevice(int mib) {
        return new SmallDisk(false, mib);
    }

    /** Where it is mounted. */
    Path path() {
        return home.resolve("mount");
    }

    private Path image() {
        return home.resolve("image");
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Files.createDirectories(path());
        Runtime.getRuntime().addShutdownHook(new Thread(this::unmount, "unmount-" + home.getFileName()));
        try {
            if (inMemory) {
                run("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "flotilla-test", path().toString());
            } else {
                run("truncate", "-s", mib + "M", image().toString());
                run("mkfs.ext4", "-q", "-F", image().toString());
                mountImage();
            }
        } catch (AssertionError e) {
            refusal = "nothing can be mounted here: " + e.getMessage();
            System.out.println(refusal);
        }
    }

    private void mountImage() {
        run("mount", "-o", "loop,errors=remount-ro", image().toString(), path().toString());
    }

    /** Where it could not be mounted: leaves the test out, or fails in CI. */
    void assumeMounted() {
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(refusal.isEmpty(), refusal);
        } else if (!refusal.isEmpty()) {
            throw new AssertionError(refusal);
        }
    }

    long freeBytes() {
        try {
            return Files.getFileStore(path()).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a file system in memory another size. */
    void resize(int toMib) {
        run("mount", "-o", "remount,size=" + toMib + "m", path().toString());
    }

    /** Writes a file beside the directories until nothing more fits; delete it to have the space back. */
    Path fill() {
        Path filler = path().resolve("filler");
        byte[] some = new byte[4096];
        try (var out = Files.newOutputStream(filler)) {
            for (long left = freeBytes() + some.length; left > 0; left -= some.length) {
                out.write(some);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(full);
            }
        }
        return filler;
    }

    /** Has the kernel find an error in the file system on a loop device, and turn it read-only on the spot. */
    void fail() {
        String device = Path.of(
                        run("findmnt", "-n", "-o", "SOURCE", path().toString()).strip())
                .getFileName()
                .toString();
        try {
            Files.writeString(Path.of("/sys/fs/ext4", device, "trigger_fs_error"), "by a test of Flotilla");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After {@link #fail}, when nobody uses it any more: checked, mounted again, and writable. */
    void repair() {
        run("umount", path().toString());
        run("fsck.ext4", "-f", "-p", image().toString());
        mountImage();
    }

    private void unmount() {
        if (refusal.isEmpty() && Files.exists(path())) {
            refusal = "it is not mounted any more";
            run("umount", "-l", path().toString());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        unmount();
        try (Stream<Path> files = Files.walk(home)) { // and what a test has put beside the disk
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0 && !(command[0].startsWith("fsck") && code == 1)) { // 1: errors were corrected
                throw new AssertionError(String.join(" ", command) + " ended with " + code + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new AssertionError(String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
