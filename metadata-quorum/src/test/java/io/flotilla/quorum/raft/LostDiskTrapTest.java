package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trap: with RECOVER, Ratis silently formats a storage that has vanished, and the voter is back without memory. */
class LostDiskTrapTest {

    @TempDir
    Path directory;

    @Test
    void ratisAloneComesBackWithoutMemory() throws Exception {
        List<Voter> voters = Quorum.freeVoters(1);
        try (RawRatis raw = RawRatis.start(1, voters, directory, new RawRatis.Journal())) {
            assertThat(raw.awaitLeader().submit("acknowledged").join().isSuccess())
                    .isTrue();
        }
        Directories.delete(directory.resolve("raft"));

        RawRatis.Journal journal = new RawRatis.Journal();
        try (RawRatis raw = RawRatis.start(1, voters, directory, journal)) {
            raw.awaitLeader().submit("later").join();
            assertThat(journal.commands()).containsExactly("later");
        }
    }

    @Test
    void aNodeWhoseStorageHasVanishedRefusesToStartAndSaysWhatToDo() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            quorum.leader().apply("acknowledged");
            quorum.stop(quorum.leader());
            Directories.delete(quorum.config(1).raftDirectory());

            assertThatThrownBy(() -> quorum.start(1))
                    .isInstanceOf(StorageRefusedException.class)
                    .hasMessageContaining("a disk was lost, emptied or is not mounted")
                    .hasMessageContaining("add it again as a new voter");
        }
    }

    @Test
    void aNodeThatFailedBeforeItCouldVoteStartsOver() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            quorum.stop(quorum.leader());
            RaftConfig config = quorum.config(1);
            MetaProperties.fresh(config.self()).write(config.identityFile()); // the crash came before "formatted"

            quorum.start(1);

            assertThat(quorum.leader().apply("first")).isEqualTo("1");
            assertThat(MetaProperties.read(config.identityFile()).orElseThrow().formatted())
                    .isTrue();
        }
    }

    @Test
    void aDirectoryOfAnotherClusterOrNodeIsRefused() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            quorum.stop(quorum.leader());
            RaftConfig config = quorum.config(1);

            assertRefused(config, new NodeIdentity("another", 1), "belongs to another cluster than 'another'");
            Directories.delete(config.groupDirectory());
            assertRefused(config, new NodeIdentity("another", 1), "but cluster.id is 'another'");
            assertRefused(config, new NodeIdentity(Quorum.CLUSTER, 2), "but node.id is 2");
        }
    }

    @Test
    void storageWithoutItsIdentityFileIsRefused() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            quorum.stop(quorum.leader());
            Files.delete(quorum.config(1).identityFile());

            assertThatThrownBy(() -> quorum.start(1))
                    .isInstanceOf(StorageRefusedException.class)
                    .hasMessageContaining("meta.properties does not");
        }
    }

    @Test
    void aDirectoryInUseIsRefusedBeforeItsLogIsTouched() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            assertThatThrownBy(() -> Member.start(quorum.config(1)).close())
                    .isInstanceOf(StorageRefusedException.class)
                    .hasMessageContaining("is in use by another process");

            assertThat(quorum.leader().apply("a")).isEqualTo("1");
        }
    }

    @Test
    void aDamagedIdentityFileIsRefused() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            quorum.stop(quorum.leader());
            Files.writeString(quorum.config(1).identityFile(), "version=1\ncluster.id=test-cluster\n");

            assertThatThrownBy(() -> quorum.start(1))
                    .isInstanceOf(StorageRefusedException.class)
                    .hasMessageContaining("is damaged (no node.id)");
        }
    }

    private static void assertRefused(RaftConfig config, NodeIdentity identity, String message) {
        RaftConfig other = new RaftConfig(identity, config.listen(), List.of(), config.directory(), config.tuning());
        assertThatThrownBy(() -> new StoragePreflight(other).check())
                .isInstanceOf(StorageRefusedException.class)
                .hasMessageContaining(message);
    }
}
