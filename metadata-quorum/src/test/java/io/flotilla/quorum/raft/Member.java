package io.flotilla.quorum.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One running node with everything that a process would lend it. */
final class Member implements AutoCloseable {

    private final RaftConfig config;
    private final JournalCore core = new JournalCore();
    private final Lent lent = new Lent();
    private final MetadataRaft raft;

    private Member(RaftConfig config) throws IOException {
        this.config = config;
        try {
            raft = MetadataRaft.start(config, core, lent.runtime());
        } catch (IOException | RuntimeException e) {
            lent.close();
            throw e;
        }
    }

    static Member start(RaftConfig config) throws IOException {
        return new Member(config);
    }

    int id() {
        return config.self().nodeId();
    }

    RaftConfig config() {
        return config;
    }

    MetadataRaft raft() {
        return raft;
    }

    JournalCore core() {
        return core;
    }

    List<String> events() {
        return lent.events();
    }

    List<String> stops() {
        return lent.stops();
    }

    SubmitOutcome submit(String command) {
        return submit(command, Quorum.TIMEOUT);
    }

    SubmitOutcome submit(String command, Duration timeout) {
        return raft.submit(JournalCore.bytes(command), timeout).join();
    }

    /** Submits and expects the command to be applied; returns the reply. */
    String apply(String command) {
        SubmitOutcome outcome = submit(command);
        if (outcome instanceof SubmitOutcome.Applied applied) {
            return JournalCore.text(applied.reply());
        }
        throw new AssertionError(command + " was not applied: " + outcome);
    }

    @Override
    public void close() {
        raft.close();
        lent.close();
    }
}
