package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.OpType;
import java.util.Map;
import java.util.TreeMap;

/** A reader that assigns partitions itself gets each record once, in order, from where it started. */
final class PollOrder {
    private final Facts facts;
    private final Findings findings;
    /** By process and key: the dense place of the record that must come next. */
    private final Map<Integer, Map<String, Integer>> nexts = new TreeMap<>();

    private PollOrder(Facts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    static void check(Facts facts, Findings findings) {
        PollOrder order = new PollOrder(facts, findings);
        for (Op op : facts.ops()) {
            if (op.type() != OpType.OK) {
                continue;
            }
            switch (op.f()) {
                case ASSIGN -> order.assign(op);
                case POLL -> order.poll(op);
                default -> {
                    // Tells nothing about readers.
                }
            }
        }
    }

    private void assign(Op op) {
        Map<String, Integer> next = new TreeMap<>();
        op.mops().forEach(mop -> {
            Mop.Position start = (Mop.Position) mop;
            next.put(start.key(), facts.of(start.key()).place(start.offset()));
        });
        nexts.put(op.process(), next);
    }

    private void poll(Op op) {
        Map<String, Integer> next = nexts.computeIfAbsent(op.process(), none -> new TreeMap<>());
        for (Mop mop : op.mops()) {
            Mop.Read read = (Mop.Read) mop;
            int place = facts.of(read.key()).place(read.offset());
            Integer expected = next.put(read.key(), place + 1);
            if (expected != null && place != expected) {
                findings.add(
                        place > expected ? AnomalyKind.POLL_SKIP : AnomalyKind.NONMONOTONIC_POLL,
                        read.key() + " process " + op.process() + " in op " + op.idx() + " read value " + read.value()
                                + " at " + read.offset() + ", " + Math.abs(place - expected) + " known records "
                                + (place > expected ? "too far" : "back"));
            }
        }
    }
}
