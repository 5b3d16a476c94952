package io.flotilla.model.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
    private static final int FIRST_OF_OUR_OWN = 10001;

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyNumberIsKafkasOwn(ErrorCode code) {
        if (code.number() >= FIRST_OF_OUR_OWN) {
            assertThat(Errors.values()).extracting(Enum::name).doesNotContain(code.name());
        } else {
            assertThat((int) Errors.valueOf(code.name()).code()).isEqualTo(code.number());
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aNumberNamesItsCode(ErrorCode code) {
        assertThat(ErrorCode.ofNumber(code.number())).isEqualTo(code);
    }
}
