package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A history written by hand, an operation a millisecond, about one partition. */
final class Told {
    static final String KEY = "t-0";

    private static final long MS = 1_000_000;

    private final List<Op> ops = new ArrayList<>();

    Told tell(int process, OpType type, Act f, Mop... mops) {
        ops.add(new Op(ops.size(), process, type, f, List.of(mops), ops.size() * MS));
        return this;
    }

    /** A process begins to send values. */
    Told sends(int process, long... values) {
        return tell(
                process,
                OpType.INVOKE,
                Act.SEND,
                Arrays.stream(values)
                        .mapToObj(value -> Mop.Send.unknown(KEY, value))
                        .toArray(Mop[]::new));
    }

    Told acked(int process, long value, long offset) {
        return tell(process, OpType.OK, Act.SEND, Mop.Send.acked(KEY, value, offset));
    }

    Told refused(int process, long value) {
        return tell(process, OpType.FAIL, Act.SEND, Mop.Send.notApplied(KEY, value));
    }

    Told inDoubt(int process, long value) {
        return tell(process, OpType.INFO, Act.SEND, Mop.Send.unknown(KEY, value));
    }

    /** A value is sent and acknowledged at an offset. */
    Told sent(int process, long value, long offset) {
        return sends(process, value).acked(process, value, offset);
    }

    /** A process polls and gets records; each is an offset and a value. */
    Told polls(int process, long[]... records) {
        tell(process, OpType.INVOKE, Act.POLL);
        return tell(
                process,
                OpType.OK,
                Act.POLL,
                Arrays.stream(records)
                        .map(record -> new Mop.Read(KEY, record[0], record[1]))
                        .toArray(Mop[]::new));
    }

    static long[] at(long offset, long value) {
        return new long[] {offset, value};
    }

    Told assigns(int process, long offset) {
        return tell(process, OpType.OK, Act.ASSIGN, new Mop.Position(KEY, offset));
    }

    Told asksEnd(int process) {
        return tell(process, OpType.INVOKE, Act.END_OFFSETS);
    }

    Told isToldEnd(int process, long end) {
        return tell(process, OpType.OK, Act.END_OFFSETS, new Mop.Position(KEY, end));
    }

    Told holds(int node, long end, String sha256) {
        return tell(-1, OpType.OK, Act.DIGEST, Mop.Digest.of(KEY, node, 0, end, sha256));
    }

    /** What three replicas hold, which is the same. */
    Told hold(long start, long end) {
        for (int node = 1; node <= 3; node++) {
            tell(-1, OpType.OK, Act.DIGEST, Mop.Digest.of(KEY, node, start, end, "aa"));
        }
        return this;
    }

    Told cannotBeRead(int node, String error) {
        return tell(-1, OpType.OK, Act.DIGEST, Mop.Digest.failed(KEY, node, error));
    }

    /** The run must have three replicas of each partition, and so many kills and changes at least. */
    Told expects(int kills, int partitionLeaderChanges, int controllerChanges) {
        return tell(
                -1, OpType.INFO, Act.EXPECT, new Mop.Expectation(3, kills, partitionLeaderChanges, controllerChanges));
    }

    Told leads(String key, int node) {
        return tell(-2, OpType.INFO, Act.LEADER, new Mop.Leader(key, node, ops.size()));
    }

    Told kills(int node) {
        tell(-1, OpType.INVOKE, Act.KILL, new Mop.Node(node));
        return tell(-1, OpType.OK, Act.KILL, new Mop.Node(node));
    }

    Told heals(int node) {
        return tell(-1, OpType.OK, Act.HEAL, new Mop.Node(node));
    }

    /** A reader that began after healing says that it has read everything up to an end. */
    Told finishes(int process, long end) {
        return tell(process, OpType.OK, Act.FINAL, new Mop.Position(KEY, end));
    }

    List<Op> ops() {
        return ops;
    }

    Verdict verdict() {
        return HistoryChecker.check(ops, EnumSet.noneOf(AnomalyKind.class));
    }

    /** What is wrong with the records; a short history is always vacuous. */
    Set<AnomalyKind> anomalies() {
        return HistoryChecker.check(ops, EnumSet.of(AnomalyKind.VACUOUS))
                .counts()
                .keySet();
    }
}
