package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scripts make of the machine that they find. */
@Tag("process")
class LauncherTest {
    private static final Path SCRIPTS =
            Path.of("..", "scripts").toAbsolutePath().normalize();
    private static final Path LIB =
            Path.of("..", "cli", "target", "flotilla", "lib").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private record Run(int code, String output) {}

    @Test
    void aMachineWithOnlyAJreIsToldThatItNeedsAJdk() throws Exception {
        Path machine = machineWith("java", "mvn");

        Run run = bash(Map.of("PATH", machine.toString()), ". " + SCRIPTS + "/lib.sh; ensure_tools");

        assertThat(run.code()).as(run.output()).isNotZero();
        assertThat(run.output()).contains("please install: default-jdk-headless");
    }

    @Test
    void aJavaHomeWithoutACompilerIsNamed() throws Exception {
        Path machine = machineWith("java", "mvn");

        Run run = bash(
                Map.of(
                        "PATH",
                        machine.toString(),
                        "JAVA_HOME",
                        folder.resolve("jre").toString()),
                ". " + SCRIPTS + "/lib.sh; ensure_tools");

        assertThat(run.code()).as(run.output()).isNotZero();
        assertThat(run.output()).contains("JAVA_HOME=" + folder.resolve("jre"), "needs a JDK");
    }

    @Test
    void aJdkIsGoodEnough() throws Exception {
        Path machine = machineWith("java", "javac", "mvn");

        Run run = bash(Map.of("PATH", machine.toString()), ". " + SCRIPTS + "/lib.sh; ensure_tools; echo $JAVA_HOME");

        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output()).contains(folder.resolve("jre").toString());
    }

    /** The start that follows is refused: what this is about is what the cleaning left. */
    @Test
    void cleaningDeletesTheNodesAndNothingElse() throws Exception {
        Path foreign = Files.writeString(folder.resolve("notes"), "mine");
        Path node = Files.createDirectories(folder.resolve("node-1/data")).getParent();
        Files.writeString(node.resolve("server.properties"), """
                process.roles = controller, broker
                node.id=1
                cluster.id=old
                listeners=CLIENT://127.0.0.1:31000,INTERNAL://127.0.0.1:31001
                controller.quorum.voters=1@127.0.0.1:31002
                """);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Run run = bash(
                    Map.of(),
                    SCRIPTS + "/start-cluster.sh --nodes 1 --clean --dir " + folder + " --base-port "
                            + taken.getLocalPort());

            assertThat(run.code()).as(run.output()).isNotZero();
            assertThat(run.output()).contains("is taken");
        }
        assertThat(node).doesNotExist();
        assertThat(foreign).hasContent("mine");
    }

    @Test
    void aTextIsFoundWithoutBeingNamed() throws Exception {
        Run run = bash(
                Map.of(),
                "set -euo pipefail; FLOTILLA_ROOT=" + folder
                        + "; eval \"$(sed -n '/^find_text()/,/^}/p; /^largest()/p' " + SCRIPTS
                        + "/quickstart.sh)\"; text=$(find_text); wc -l <\"$text\"");

        assertThat(run.code()).as(run.output()).isZero();
        assertThat(Integer.parseInt(run.output().strip())).isBetween(1, 1_000_000);
    }

    /** A JVM that is given an archive cut off in the middle dies of it. */
    @Test
    void aClassArchiveThatWasCutOffIsLeftAside() throws Exception {
        Path lib = Files.createSymbolicLink(folder.resolve("lib"), LIB);
        Path whole = LIB.resolveSibling("classes.jsa");
        assertThat(whole)
                .as("the build's archive; package without -DskipClassArchive")
                .exists();
        try (InputStream bytes = Files.newInputStream(whole)) {
            Files.write(folder.resolve("classes.jsa"), bytes.readNBytes(1_000_000));
        }
        Files.copy(LIB.resolveSibling("classes.jsa.size"), folder.resolve("classes.jsa.size"));

        Run run = bash(Map.of("FLOTILLA_LIB", lib.toString()), SCRIPTS + "/flotilla --version");

        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output().trim()).matches("flotilla [0-9.]+");
    }

    @Test
    void aClassArchiveThatDoesNotFitIsLeftAsideWithoutAWord() throws Exception {
        Path lib = Files.createSymbolicLink(folder.resolve("lib"), LIB);
        Path archive = Files.write(folder.resolve("classes.jsa"), new byte[1_000]);
        Files.writeString(folder.resolve("classes.jsa.size"), Files.size(archive) + "\n");

        Run run = bash(Map.of("FLOTILLA_LIB", lib.toString()), SCRIPTS + "/flotilla --version");

        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output().trim()).matches("flotilla [0-9.]+");
    }

    @Test
    void aNewClusterHasTakenAWriteBeforeItIsCalledUpAndKeepsNothingOfIt() throws Exception {
        Map<String, String> where =
                Map.of("FLOTILLA_CLUSTER", folder.resolve("cluster").toString());
        int port = FreePorts.take(3).get(0);
        try {
            Run start = bash(where, SCRIPTS + "/start-cluster.sh --nodes 1 --timeout 120 --base-port " + port);

            assertThat(start.code()).as(start.output()).isZero();
            assertThat(start.output())
                    .containsPattern("1 of 1 nodes serve after [0-9.]+ s")
                    .containsPattern("first write acknowledged after [0-9.]+ s \\(acks=all, replicas: 1\\)");
            assertThat(bash(where, SCRIPTS + "/flotilla topics --list --bootstrap-server 127.0.0.1:" + port)
                            .output())
                    .doesNotContain("first-write");

            bash(where, SCRIPTS + "/stop-cluster.sh");
            Run again = bash(where, SCRIPTS + "/start-cluster.sh --timeout 120");
            assertThat(again.code()).as(again.output()).isZero();
            assertThat(again.output()).contains("nodes serve after").doesNotContain("first write");
        } finally {
            bash(where, SCRIPTS + "/stop-cluster.sh --kill");
        }
    }

    /** A folder to be the whole PATH: what the scripts need of the system, and a Java 17 with these commands of it. */
    private Path machineWith(String... commands) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : List.of("bash", "basename", "cat", "dirname", "head", "id", "readlink", "sed")) {
            executable(bin.resolve(tool), "exec " + systemTool(tool) + " \"$@\"");
        }
        Path home = Files.createDirectories(folder.resolve("jre").resolve("bin"));
        Files.writeString(home.resolveSibling("release"), "JAVA_VERSION=\"17.0.1\"\n");
        for (String command : commands) {
            Path file = executable(home.resolve(command), "echo 'openjdk version \"17.0.1\"' >&2");
            Files.createSymbolicLink(bin.resolve(command), file);
        }
        return bin;
    }

    private static Path executable(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static Path systemTool(String name) {
        return Stream.of("/bin", "/usr/bin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static Run bash(Map<String, String> environment, String command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Objects.requireNonNull(systemTool("bash")).toString(), "-c", "set -euo pipefail; " + command)
                .redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }
}
