package io.flotilla.chaos.carry;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What became of the text, and whether that is what was promised. */
record CarryReport(String topic, TextLines text, AckTimeline acks, ReadBack readBack, Roles roles) {
    private static final double SHARE_AFTER_KILL_MIN = 0.2;
    private static final double MB = 1e6;

    /**
     * Who led before and after.
     *
     * @param ackedBeforeKill acknowledgements when the node died
     * @param killed the node, -1 for none
     */
    record Roles(
            KillTarget target,
            int ackedBeforeKill,
            int killed,
            int leaderEpochBefore,
            int leaderEpochAfter,
            long controllerEpochBefore,
            long controllerEpochAfter) {}

    /** Everything that is not as promised; empty when all is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (acks.failed() > 0) {
            problems.add(acks.failed() + " records were refused: " + acks.firstFailure());
        }
        if (readBack.lost() + readBack.repeated() + readBack.reordered() + readBack.foreign() > 0) {
            problems.add("what came back is not what was sent");
        }
        if (!readBack.sha256().equals(text.sha256())) {
            problems.add("the SHA-256 differs");
        }
        if (roles.target() != KillTarget.NONE) {
            killProblems(problems);
        }
        return problems;
    }

    private void killProblems(List<String> problems) {
        if (roles.killed() < 0) {
            problems.add("no node was killed: everything was acknowledged too soon; use a longer text");
            return;
        }
        if (roles.target().leadsPartition() && roles.leaderEpochAfter() <= roles.leaderEpochBefore()) {
            problems.add("the partition's leader epoch did not rise: the kill hit nobody who led");
        }
        if (roles.target().isController() && roles.controllerEpochAfter() <= roles.controllerEpochBefore()) {
            problems.add("the controller's epoch did not rise: the kill hit nobody who was active");
        }
        double after = 1 - (double) roles.ackedBeforeKill() / text.count();
        if (after < SHARE_AFTER_KILL_MIN) {
            problems.add("only %.0f %% was acknowledged after the kill, which proves little".formatted(100 * after));
        }
    }

    void print(PrintWriter out, long startedAtMs) {
        out.printf("acked       %,d of %,d records; refused %,d%n", acks.acknowledged(), text.count(), acks.failed());
        out.printf(
                "lost        %,d%nrepeated    %,d%nreordered   %,d (within a key)%n",
                readBack.lost(), readBack.repeated(), readBack.reordered());
        out.printf("sent        SHA-256 %s%nread back   SHA-256 %s%n", text.sha256(), readBack.sha256());
        out.printf("longest gap %,d ms between acknowledgements%n", acks.longestGapMs());
        out.printf(
                "throughput  %.1f MB/s, %,.0f records/s over %.1f s%n",
                text.bytes() / MB / acks.seconds(), text.count() / acks.seconds(), acks.seconds());
        if (startedAtMs > 0) {
            out.printf(
                    "first ack   %.1f s after the cluster's start began%n", (acks.firstWallMs() - startedAtMs) / 1e3);
        }
        out.printf(
                "epochs      partition leader %d -> %d, active controller %d -> %d%n",
                roles.leaderEpochBefore(),
                roles.leaderEpochAfter(),
                roles.controllerEpochBefore(),
                roles.controllerEpochAfter());
        problems().forEach(problem -> out.println("PROBLEM     " + problem));
        out.println(problems().isEmpty() ? "PASSED" : "FAILED");
    }
}
