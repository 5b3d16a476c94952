package io.flotilla.chaos.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The image of what was just built, and commands around it. Stateless. */
final class ImageUnderTest {
    static final String NAME = "flotilla:chaos-test";

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private ImageUnderTest() {}

    /** Builds it; quick when its base is there and nothing has changed. */
    static void build() throws IOException, InterruptedException {
        Path script = ROOT.resolve("scripts/build-image.sh");
        Process build =
                new ProcessBuilder(script.toString(), "--tag", NAME).inheritIO().start();
        assertThat(build.waitFor()).as("exit code of " + script).isZero();
    }

    /** Runs a command in the root of the tree, and gives its output; fails when it fails. */
    static String run(Map<String, String> environment, String input, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("command", ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        int exit = process.waitFor();
        String text = Files.readString(out);
        Files.delete(out);
        assertThat(exit).as(command + "\n" + text).isZero();
        return text;
    }
}
