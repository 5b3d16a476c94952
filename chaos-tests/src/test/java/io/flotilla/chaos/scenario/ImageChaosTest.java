package io.flotilla.chaos.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The image is small and unprivileged; the compose file makes a cluster of it. */
@Tag("chaos")
class ImageChaosTest {
    private static final long BYTES_BEYOND_DEBIAN_MAX = 300_000_000;
    private static final long DEBIAN_BYTES = 115_000_000;

    /** An address of this host that nothing else is likely to listen at. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("FLOTILLA_IMAGE", ImageUnderTest.NAME, "FLOTILLA_PUBLISH", "127.0.0.77");

    private final String project =
            "flotilla-test-" + UUID.randomUUID().toString().substring(0, 8);
    private boolean up;

    @BeforeAll
    static void buildImage() throws IOException, InterruptedException {
        ImageUnderTest.build();
    }

    @Test
    void isSmall() throws IOException, InterruptedException {
        long bytes = Long.parseLong(docker("image", "inspect", "--format", "{{.Size}}", ImageUnderTest.NAME)
                .trim());
        assertThat(bytes - DEBIAN_BYTES).isLessThan(BYTES_BEYOND_DEBIAN_MAX);
    }

    @Test
    void runsAsAnUnprivilegedUser() throws IOException, InterruptedException {
        assertThat(docker("run", "--rm", "--network", "none", "--entrypoint", "id", ImageUnderTest.NAME, "-u"))
                .isEqualTo("9092\n");
    }

    @Test
    void aMistypedVariableStopsTheNodeAndIsNamed() throws IOException, InterruptedException {
        String said = ImageUnderTest.run(
                Map.of(),
                "",
                List.of(
                        "bash",
                        "-c",
                        "! docker run --rm --network none --env FLOTILLA_NUM_PARTITION=3 " + ImageUnderTest.NAME));
        assertThat(said).contains("num.partition:").contains("did you mean num.partitions?");
    }

    @Test
    void composeMakesAClusterThatTakesARecordAndGivesItBack() throws IOException, InterruptedException {
        up = true;
        compose("", "up", "-d");
        String all = "node-1:9092,node-2:9102,node-3:9112";
        flotilla(
                "",
                "node-1",
                "cluster",
                "ready",
                "--bootstrap-server",
                all,
                "--brokers",
                "3",
                "--timeout-ms",
                "180000");
        flotilla("", "node-1", "topics", "--bootstrap-server", all, "--create", "--topic", "t");
        flotilla("carried\n", "node-2", "console-producer", "--bootstrap-server", all, "--topic", "t");
        List<String> consume = List.of("console-consumer", "--bootstrap-server", all, "--topic", "t");
        List<String> once = List.of("--from-beginning", "--max-messages", "1", "--timeout-ms", "60000");
        List<String> command = new ArrayList<>(consume);
        command.addAll(once);
        assertThat(flotilla("", "node-3", command.toArray(String[]::new))).contains("carried\n");
    }

    @AfterEach
    void down() throws IOException, InterruptedException {
        if (up) {
            compose("", "down", "-v");
        }
    }

    private String flotilla(String input, String node, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("exec", "-T", node, "flotilla"));
        all.addAll(List.of(arguments));
        return compose(input, all.toArray(String[]::new));
    }

    /** By the engine's compose plugin where it is there, else by Debian's docker-compose. */
    private String compose(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "if docker compose version >/dev/null 2>&1; then docker compose \"$@\"; else docker-compose \"$@\"; fi",
                "compose",
                "-p",
                project,
                "-f",
                "docker/compose.yaml"));
        command.addAll(List.of(arguments));
        return ImageUnderTest.run(ENVIRONMENT, input, command);
    }

    private static String docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return ImageUnderTest.run(Map.of(), "", command);
    }
}
