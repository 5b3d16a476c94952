package io.flotilla.process;

import io.flotilla.client.Consumer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A member of a group in a JVM of its own, which can be killed. */
final class GroupReader {
    private GroupReader() {}

    /** Polls for ever: bootstrap servers, group, topic. */
    public static void main(String[] args) {
        try (Consumer consumer = new Consumer(
                Map.of("bootstrap.servers", args[0], "group.id", args[1], "auto.offset.reset", "earliest"))) {
            consumer.subscribe(List.of(args[2]));
            while (!Thread.currentThread().isInterrupted()) {
                consumer.poll(Duration.ofMillis(100));
            }
        }
    }

    /** Starts it. */
    static Process start(String bootstrap, String group, String topic) {
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                NodeProcess.distribution() + "/*:"
                        + Path.of("target", "test-classes").toAbsolutePath(),
                GroupReader.class.getName(),
                bootstrap,
                group,
                topic);
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
