package io.flotilla.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.error.Outcome;
import io.grpc.Status;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusErrorsTest {
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void anErrorSurvivesItsStatusAndItsMessage(ErrorCode code) {
        FlotillaError error = new FlotillaError(
                code, "partition 7 moved", Outcome.NOT_APPLIED, Optional.of(new LeaderHint(2, "b:9092", 5)), 1250);

        assertThat(StatusErrors.ofFailure(StatusErrors.toStatus(error))).isEqualTo(error);
        assertThat(Errors.ofMessage(Errors.toMessage(error))).isEqualTo(error);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAVAILABLE", "CANCELLED", "INTERNAL", "DEADLINE_EXCEEDED"})
    void aFailureOfTheTransportLeavesTheOutcomeUnknown(Status.Code code) {
        FlotillaError error = StatusErrors.ofFailure(code.toStatus().asRuntimeException());

        assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(error.message()).contains(code.name());
    }
}
