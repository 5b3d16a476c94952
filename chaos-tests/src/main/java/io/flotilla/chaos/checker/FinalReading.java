package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The reading of everything after healing.
 *
 * @param process whose polls it consists of
 * @param beganAt the idx of the process's first operation
 * @param ends where it says that it stood in the end, by partition
 */
record FinalReading(int process, long beganAt, Map<String, Long> ends) {
    /** The last one that a history tells of. */
    static Optional<FinalReading> of(List<Op> ops) {
        return ops.stream()
                .filter(op -> op.f() == Act.FINAL && op.type() == OpType.OK)
                .reduce((earlier, later) -> later)
                .map(end -> new FinalReading(end.process(), beganAt(ops, end.process()), ends(end)));
    }

    private static long beganAt(List<Op> ops, int process) {
        return ops.stream()
                .filter(op -> op.process() == process)
                .findFirst()
                .orElseThrow()
                .idx();
    }

    private static Map<String, Long> ends(Op end) {
        Map<String, Long> ends = new TreeMap<>();
        end.mops().forEach(mop -> {
            Mop.Position position = (Mop.Position) mop;
            ends.put(position.key(), position.offset());
        });
        return ends;
    }
}
