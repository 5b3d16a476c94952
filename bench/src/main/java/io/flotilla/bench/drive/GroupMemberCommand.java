package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadClients;
import io.flotilla.bench.load.LoadMember;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Polls until it is killed. Says {@code polls NANOS} before its first poll and {@code holds PARTITIONS NANOS} whenever
 * partitions came or went, by the host's monotonic clock.
 */
@Command(name = "group-member", description = "Be a member of a group and tell what it holds.")
final class GroupMemberCommand implements Callable<Integer> {
    private static final String GROUP = "bench";

    @Mixin
    private DriveOptions options = new DriveOptions();

    @Option(names = "--kafka-setting", description = "of Kafka's consumer: NAME=VALUE")
    private Map<String, String> kafkaSettings = Map.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Clock clock = new SystemClock();
        Map<String, String> settings = options.system == LoadClients.KAFKA ? kafkaSettings : Map.of();
        try (LoadMember member = options.system
                .client()
                .member(
                        options.bootstrap,
                        GROUP,
                        options.topic,
                        settings,
                        partitions -> say("holds " + partitions + " " + clock.nanos()))) {
            say("polls " + clock.nanos());
            while (!Thread.currentThread().isInterrupted()) {
                member.poll();
            }
        }
        return 0;
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
