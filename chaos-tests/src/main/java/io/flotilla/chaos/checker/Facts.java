package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Mop.Fate;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Everything that a history tells, by partition; read in one pass. */
final class Facts {
    /** A partition's end as a client was told, and the end that it must at least have been told. */
    record ToldEnd(long idx, String key, long end, long leastEnd) {}

    private final List<Op> ops;
    private final Map<String, PartitionFacts> partitions = new TreeMap<>();
    private final List<ToldEnd> toldEnds = new ArrayList<>();
    /** For each process that asks where partitions end: the least it must be told. */
    private final Map<Integer, Map<String, Long>> askedEnds = new TreeMap<>();

    private final Optional<FinalReading> finalReading;
    private final Optional<Mop.Expectation> expectation;

    /** @throws IllegalArgumentException when the history contradicts its own rules, so that nothing can be judged */
    Facts(List<Op> ops) {
        this.ops = List.copyOf(ops);
        this.finalReading = FinalReading.of(this.ops);
        this.expectation = ops(Act.EXPECT).stream()
                .flatMap(op -> op.mops().stream())
                .map(Mop.Expectation.class::cast)
                .findFirst();
        this.ops.forEach(this::take);
    }

    private void take(Op op) {
        switch (op.f()) {
            case SEND -> takeSend(op);
            case POLL -> takePoll(op);
            case END_OFFSETS -> takeEndOffsets(op);
            default -> {
                // Faults and sightings are statistics; the others have readers of their own.
            }
        }
    }

    private void takeSend(Op op) {
        for (Mop mop : op.mops()) {
            if (!(mop instanceof Mop.Send send)) {
                throw new IllegalArgumentException("op " + op.idx() + " is a send with a part that is none: " + mop);
            }
            PartitionFacts partition = partition(send.key());
            if (op.type() == OpType.INVOKE) {
                partition.invoked(op.process(), send.value(), op.idx());
            } else {
                Fate fate = op.type() == OpType.FAIL ? Fate.NOT_APPLIED : send.fate();
                partition.ended(send.value(), fate, send.offset(), op.idx());
            }
        }
    }

    private void takePoll(Op op) {
        if (op.type() == OpType.OK) {
            boolean last = finalReading
                    .filter(reading -> reading.process() == op.process())
                    .isPresent();
            op.mops().forEach(mop -> {
                Mop.Read read = (Mop.Read) mop;
                PartitionFacts partition = partition(read.key());
                partition.read(read.offset(), read.value(), op.idx());
                if (last) {
                    partition.readFinally(read.offset(), read.value());
                }
            });
        }
    }

    private void takeEndOffsets(Op op) {
        if (op.type() == OpType.INVOKE) {
            Map<String, Long> least = new TreeMap<>();
            partitions.forEach((key, partition) -> least.put(key, partition.leastEnd()));
            askedEnds.put(op.process(), least);
            return;
        }
        Map<String, Long> least = askedEnds.remove(op.process());
        if (op.type() == OpType.OK && least != null) {
            op.mops().forEach(mop -> {
                Mop.Position end = (Mop.Position) mop;
                toldEnds.add(new ToldEnd(op.idx(), end.key(), end.offset(), least.getOrDefault(end.key(), 0L)));
            });
        }
    }

    private PartitionFacts partition(String key) {
        return partitions.computeIfAbsent(key, PartitionFacts::new);
    }

    List<Op> ops() {
        return ops;
    }

    Collection<PartitionFacts> partitions() {
        return Collections.unmodifiableCollection(partitions.values());
    }

    PartitionFacts of(String key) {
        PartitionFacts found = partitions.get(key);
        return found == null ? new PartitionFacts(key) : found;
    }

    List<ToldEnd> toldEnds() {
        return Collections.unmodifiableList(toldEnds);
    }

    /** The reading of everything after healing; empty when nobody says that he did. */
    Optional<FinalReading> finalReading() {
        return finalReading;
    }

    /** What the run must amount to; empty when nobody said so. */
    Optional<Mop.Expectation> expectation() {
        return expectation;
    }

    /** The operations of one kind, in the order of time. */
    List<Op> ops(Act f) {
        return ops.stream().filter(op -> op.f() == f).toList();
    }
}
