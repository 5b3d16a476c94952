package io.flotilla.quorum.raft;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * The file {@code recovery.properties}: a recovery from a lost majority has begun here, and whatever interrupts it, it
 * ends as it was meant to. A node does not start beside it.
 *
 * @param quorumId the quorum that the survivor becomes the only voter of
 * @param backup name of the folder that the storage of before moves to
 */
record RecoveryMark(UUID quorumId, String backup) {

    private static final String FILE = "recovery.properties";

    static void refuseUnfinished(Path directory) throws StorageRefusedException {
        if (Files.exists(directory.resolve(FILE))) {
            throw new StorageRefusedException("A recovery of " + directory + " has begun and did not end. Run flotilla"
                    + " metadata-quorum recover again, as before: it finishes what it began.");
        }
    }

    static Optional<RecoveryMark> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        String quorum = properties.getProperty("quorum.id", "");
        String backup = properties.getProperty("backup", "");
        try {
            return Optional.of(new RecoveryMark(UUID.fromString(quorum), backup));
        } catch (IllegalArgumentException e) {
            throw new StorageRefusedException(file + " is damaged: quorum.id is '" + quorum + "'. Keep a copy of "
                    + directory + " and report it.");
        }
    }

    void write(Path directory) throws IOException {
        DurableFiles.replace(directory.resolve(FILE), """
                # A recovery from a lost majority is under way. Written by Flotilla; do not edit or delete.
                quorum.id=%s
                backup=%s
                """.formatted(quorumId, backup));
    }

    static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
        DurableFiles.syncDirectory(directory);
    }
}
