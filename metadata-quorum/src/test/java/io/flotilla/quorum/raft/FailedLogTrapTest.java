package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trap: one write that the disk refuses, and Ratis's log takes nothing more until the process starts again, whatever
 * becomes of the disk. The disk refuses here as a full one does, with an IOException when the next segment is due:
 * every name that it may get is a link into a directory that does not exist.
 */
class FailedLogTrapTest {

    private static final String MEGABYTE = "x".repeat(MetadataRaft.COMMAND_BYTES_MAX);

    /** More than fit into a segment. */
    private static final int COMMANDS = 20;

    @TempDir
    Path directory;

    @Test
    void inRatisTheLogStaysFailedWhenTheDiskIsWellAgain() throws Exception {
        RaftConfig config = Quorum.configOf(1, Quorum.freeVoters(1), directory);
        try (RawRatis raw = RawRatis.start(config, new RawRatis.Journal())) {
            raw.awaitLeader().submit("before").get(5, TimeUnit.SECONDS);
            refuseNewSegments(config);
            boolean accepted = true;
            for (int i = 0; accepted && i < COMMANDS; i++) {
                accepted = accepts(raw, MEGABYTE);
            }
            assertThat(accepted).isFalse();

            Files.createDirectory(directory.resolve("missing"));

            assertThat(accepts(raw, "after")).isFalse();
            assertThat(raw.leads()).as("it believes that it leads").isTrue();
        }
    }

    @Test
    void aNodeWhoseLogFailedLeavesAndSaysWhatToDo() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            Member member = quorum.leader();
            member.apply("before");
            refuseNewSegments(member.config());

            submitUntilStopped(member);

            assertThat(member.stops().get(0)).contains("The Raft log failed").contains("start this node again");
            assertThat(member.submit("after")).isNotInstanceOf(SubmitOutcome.Applied.class);
        }
    }

    /** Some errors of the disk close Ratis's group without a word to the state machine. */
    @Test
    void aNodeWhoseLogDirectoryVanishedLeavesAndSaysWhatToDo() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            Member member = quorum.leader();
            member.apply("before");
            Directories.delete(member.config().groupDirectory().resolve("current"));

            submitUntilStopped(member);

            assertThat(member.stops().get(0)).contains("check the disk").contains("start this node again");
        }
    }

    private static void submitUntilStopped(Member member) {
        for (int i = 0; member.stops().isEmpty() && i < COMMANDS; i++) {
            SubmitOutcome unused = member.submit(MEGABYTE, Duration.ofSeconds(1));
        }
        Await.until("the process is stopped", () -> !member.stops().isEmpty());
    }

    private void refuseNewSegments(RaftConfig config) throws IOException {
        for (int index = 1; index <= COMMANDS + 5; index++) {
            Path segment = config.groupDirectory().resolve("current").resolve("log_inprogress_" + index);
            if (!Files.exists(segment)) {
                Files.createSymbolicLink(segment, directory.resolve("missing").resolve("" + index));
            }
        }
    }

    private static boolean accepts(RawRatis raw, String command) throws InterruptedException {
        try {
            return raw.submit(command).get(1, TimeUnit.SECONDS).isSuccess();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }
}
