package io.flotilla.bench.workload;

import java.util.List;
import java.util.Map;

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
            new Restart("restart-10k-crash", false),
            new GroupChange("group-join", GroupChange.Kind.JOIN, GroupChange.KafkaProtocol.CLASSIC),
            new GroupChange("group-replace", GroupChange.Kind.REPLACE, GroupChange.KafkaProtocol.CLASSIC),
            new GroupChange("group-join-new", GroupChange.Kind.JOIN, GroupChange.KafkaProtocol.CONSUMER),
            new GroupChange("group-replace-new", GroupChange.Kind.REPLACE, GroupChange.KafkaProtocol.CONSUMER));

    /** Names that stand for some of them. */
    private static final Map<String, List<String>> SETS = Map.of("groups", List.of("group-join", "group-replace"));

    private Workloads() {}

    /** The workload of a name, or those that it stands for; none where nothing has it. */
    static List<Workload> named(String name) {
        List<String> names = SETS.getOrDefault(name, List.of(name));
        return ALL.stream().filter(workload -> names.contains(workload.name())).toList();
    }
}
