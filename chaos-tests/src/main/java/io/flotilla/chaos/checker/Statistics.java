package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.OpType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a history amounts to, in numbers; filled while it is read once.
 *
 * <p>A fault lasts from the kill until every replica is in sync again.
 */
public final class Statistics {
    /** The longest time without an acknowledgement of one partition. */
    public record Gap(String key, long nanos, long beganNanos) {}

    private long acked;
    private long notApplied;
    private long unknown;
    private long reads;
    private long unknownDuringFaults;
    private long okSendsDuringFaults;
    private int kills;
    private int partitionLeaderChanges;
    private int controllerChanges;
    private boolean broken;
    private long startedNanos = -1;
    private long longestRecoveryNanos;
    private Gap longestGap = new Gap("", 0, 0);
    private final Map<String, Long> lastAckNanos = new TreeMap<>();
    private final Map<String, Integer> leaders = new TreeMap<>();

    Statistics(List<Op> ops) {
        ops.forEach(this::take);
    }

    private void take(Op op) {
        switch (op.f()) {
            case SEND -> takeSend(op);
            case POLL -> reads += op.mops().size();
            case KILL -> takeKill(op);
            case START -> startedNanos = op.tNanos();
            case HEAL -> takeHeal(op);
            case LEADER -> op.mops().forEach(mop -> takeLeader((Mop.Leader) mop));
            default -> {
                // Not counted.
            }
        }
    }

    private void takeSend(Op op) {
        if (op.type() == OpType.INVOKE) {
            return;
        }
        if (op.type() == OpType.OK && broken) {
            okSendsDuringFaults++;
        }
        for (Mop mop : op.mops()) {
            Mop.Send send = (Mop.Send) mop;
            switch (send.fate()) {
                case ACKED -> takeAck(send.key(), op.tNanos());
                case NOT_APPLIED -> notApplied++;
                case UNKNOWN -> {
                    unknown++;
                    unknownDuringFaults += broken ? 1 : 0;
                }
            }
        }
    }

    private void takeAck(String key, long nowNanos) {
        acked++;
        Long last = lastAckNanos.put(key, nowNanos);
        if (last != null && nowNanos - last > longestGap.nanos()) {
            longestGap = new Gap(key, nowNanos - last, last);
        }
    }

    private void takeKill(Op op) {
        if (op.type() == OpType.INVOKE) {
            broken = true;
        } else if (op.type() == OpType.OK) {
            kills++;
        }
    }

    private void takeHeal(Op op) {
        if (op.type() == OpType.OK) {
            broken = false;
            if (startedNanos >= 0) {
                longestRecoveryNanos = Math.max(longestRecoveryNanos, op.tNanos() - startedNanos);
            }
        }
    }

    private void takeLeader(Mop.Leader sighting) {
        if (sighting.node() < 0) {
            return;
        }
        @Nullable Integer before = leaders.put(sighting.key(), sighting.node());
        if (before != null && before != sighting.node()) {
            if (sighting.key().equals(Mop.Leader.CONTROLLER)) {
                controllerChanges++;
            } else {
                partitionLeaderChanges++;
            }
        }
    }

    /** Records that were acknowledged. */
    public long acked() {
        return acked;
    }

    /** Records that certainly were not written. */
    public long notApplied() {
        return notApplied;
    }

    /** Records of which the sender does not know. */
    public long unknown() {
        return unknown;
    }

    /** Records that readers got, each reader counted. */
    public long reads() {
        return reads;
    }

    /** Records that became unknown while something was broken. */
    public long unknownDuringFaults() {
        return unknownDuringFaults;
    }

    /** Send operations that ended well while something was broken. */
    public long okSendsDuringFaults() {
        return okSendsDuringFaults;
    }

    public int kills() {
        return kills;
    }

    public int partitionLeaderChanges() {
        return partitionLeaderChanges;
    }

    public int controllerChanges() {
        return controllerChanges;
    }

    public Gap longestGap() {
        return longestGap;
    }

    /** From a node's start until every replica was in sync, at worst. */
    public long longestRecoveryNanos() {
        return longestRecoveryNanos;
    }
}
