package io.flotilla.bench.workload;

import java.util.List;
import java.util.Optional;

/** Everything that can be measured. */
final class Workloads {
    private static final int KIB = 1024;

    static final List<Workload> ALL = List.of(
            new Produce("produce-rf3-1k", 3, KIB, 1_000_000),
            new Produce("produce-rf3-100", 3, 100, 5_000_000),
            new Produce("produce-1k", 1, KIB, 1_000_000),
            new Consume("consume-1k", 1, KIB, 1_000_000),
            new Consume("consume-100", 1, 100, 5_000_000),
            new LeaderKill(),
            new ColdStart("cold-start", 3),
            new ColdStart("cold-start-1", 1),
            new Restart("restart-10k", true),
            new Restart("restart-10k-crash", false));

    private Workloads() {}

    static Optional<Workload> named(String name) {
        return ALL.stream().filter(workload -> workload.name().equals(name)).findFirst();
    }
}
