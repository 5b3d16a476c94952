package io.flotilla.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The flotilla command as a process of its own, run to its end. */
record Command(int code, String output) {
    /** Runs it; what it prints to both streams is one text. */
    static Command run(String... args) {
        return runWithInput("", args);
    }

    /** Runs it with a text on its standard input, in UTF-8. */
    static Command runWithInput(String input, String... args) {
        try {
            Process process = start(args);
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            return end(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins it; whoever calls this ends it. */
    static Process start(String... args) {
        return start(NodeProcess.distribution() + "/*", "io.flotilla.cli.Main", args);
    }

    /** Begins a command of {@code flotilla chaos}; whoever calls this ends it. */
    static Process startChaos(String... args) {
        String harness = Path.of("target", "flotilla", "lib").toAbsolutePath() + "/*";
        return start(NodeProcess.distribution() + "/*:" + harness, "io.flotilla.chaos.Main", args);
    }

    private static Process start(String classpath, String main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(NodeProcess.quickStart());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp", classpath, main));
        command.addAll(List.of(args));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end; what was read of its output before is not told again. */
    static Command end(Process process) {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Command(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
