package io.flotilla.quorum.raft;

import io.flotilla.quorum.log.CapturedState;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.util.MD5FileUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable steps of a snapshot file: written and synced under a temporary name, renamed, then its digest beside it.
 */
final class SnapshotFiles {

    static final String WAY_OUT =
            "Remove this node from the quorum, empty its metadata directory, and add it again as a new voter.";

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFiles.class);
    private static final String TEMPORARY = ".tmp";
    private static final int BUFFER_BYTES = 1 << 16;

    private SnapshotFiles() {}

    static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY);
    }

    /** Writes and syncs the state; the digest is of the bytes as written. */
    static MD5Hash write(Path file, CapturedState state) throws IOException {
        MessageDigest md5 = newMd5();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(
                    new DigestOutputStream(Channels.newOutputStream(channel), md5), BUFFER_BYTES);
            state.writeTo(out);
            out.flush();
            channel.force(true);
        }
        return MD5Hash.newInstance(md5.digest());
    }

    /** The digest comes last: a file without one was not finished and does not count. */
    static void publish(Path temporary, Path file, MD5Hash digest) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        MD5FileUtil.saveMD5File(file.toFile(), digest);
        DurableFiles.syncDirectoryOf(file);
    }

    static void deleteLeftovers(Path directory) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, "snapshot.*" + TEMPORARY)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("The unused snapshot {} could not be deleted", file, e);
        }
    }

    private static MessageDigest newMd5() {
        try {
            return MessageDigest.getInstance("MD5"); // Ratis's format: it guards against decay, not against people
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }
}
