package io.flotilla.chaos.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.chaos.history.Mop;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What can be asked of a run. */
class RunSettingsTest {
    private static RunSettings settings(double minutes, String acks) {
        return new RunSettings("flotilla:latest", 1, minutes, acks, Path.of("x"), false);
    }

    @Test
    void twoMinutesTakeAtLeastFiveKills() {
        assertThat(settings(2, "all").killsMin()).isEqualTo(5);
        assertThat(settings(0.5, "all").killsMin()).isEqualTo(1);
        assertThat(settings(10, "all").killsMin()).isEqualTo(5);
    }

    @Test
    void aScenarioExpectsThatWhatItAimsAtMoves() {
        assertThat(Scenario.KILL_LEADER.expectation(3, 5)).isEqualTo(new Mop.Expectation(3, 5, 4, 0));
        assertThat(Scenario.KILL_CONTROLLER.expectation(3, 5)).isEqualTo(new Mop.Expectation(3, 5, 0, 4));
    }

    @Test
    void nonsenseIsNamed() {
        assertThatThrownBy(() -> settings(0, "all")).hasMessageContaining("minutes 0.0");
        assertThatThrownBy(() -> settings(Double.NaN, "all")).hasMessageContaining("minutes NaN");
        assertThatThrownBy(() -> settings(11, "all"))
                .hasMessageContaining("minutes 11.0: must be 0.1 to 10.0, because")
                .hasMessageContaining("other seeds");
        assertThatThrownBy(() -> settings(2, "0")).hasMessageContaining("acks 0: must be all or 1");
    }
}
