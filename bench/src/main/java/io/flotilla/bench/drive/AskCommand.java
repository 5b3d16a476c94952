package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadAdmin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Creates its topic, says {@code created}, and answers questions, one a line: {@code leaders}, {@code controller},
 * {@code whole}. An answer repeats the word; {@code ?} means that the cluster could not say.
 */
@Command(name = "ask", description = "Answer questions about the cluster, one a line on standard input.")
final class AskCommand implements Callable<Integer> {
    private static final int REPLICATION_FACTOR = 3;

    @Mixin
    private DriveOptions options = new DriveOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (LoadAdmin admin = options.system.client().admin(options.bootstrap)) {
            Creation.create(admin, new LoadAdmin.Topic(options.topic, options.partitions, REPLICATION_FACTOR, true));
            say("created");
            for (String question = questions.readLine(); question != null; question = questions.readLine()) {
                say(question + " " + answer(admin, question));
            }
        }
        return 0;
    }

    private String answer(LoadAdmin admin, String question) {
        return switch (question) {
            case "leaders" ->
                attempt(() -> admin.leaders(options.topic).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(" ")));
            case "controller" -> attempt(() -> Integer.toString(admin.controller()));
            case "whole" -> attempt(() -> Boolean.toString(admin.isWhole(options.topic)));
            default -> throw new IllegalArgumentException("no such question: " + question);
        };
    }

    private static String attempt(Supplier<String> answer) {
        try {
            return answer.get();
        } catch (RuntimeException e) {
            return "?";
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
