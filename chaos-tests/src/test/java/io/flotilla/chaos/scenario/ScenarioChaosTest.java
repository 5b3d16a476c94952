package io.flotilla.chaos.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.chaos.checker.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every scenario in containers, two minutes each or as asked, on an image of what was just built. */
@Tag("chaos")
class ScenarioChaosTest {
    private static final double MINUTES = Double.parseDouble(System.getProperty("flotilla.chaos.minutes", "2"));

    @BeforeAll
    static void buildImage() throws IOException, InterruptedException {
        ImageUnderTest.build();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostDuplicatedOrReordered(Scenario scenario) throws IOException, InterruptedException {
        long seed = new SplittableRandom().nextLong(1_000_000);
        Path folder = Path.of("target", "chaos", scenario + "-" + seed).toAbsolutePath();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        Verdict verdict = new ScenarioRun(
                        scenario, new RunSettings(ImageUnderTest.NAME, seed, MINUTES, "all", folder, false), out)
                .run();
        assertThat(verdict.examples())
                .as("seed %d, history in %s", seed, folder)
                .isEmpty();
    }
}
