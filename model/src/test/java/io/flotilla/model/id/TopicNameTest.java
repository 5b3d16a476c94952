package io.flotilla.model.id;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"orders", "a", "A.b_c-9", "...", "__consumer_offsets"})
    void kafkasNamesAreLegal(String name) {
        assertThat(TopicName.defect(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ü", "a\u0000", "../etc"})
    void whatCouldHurtIsRefusedByName(String name) {
        assertThat(TopicName.defect(name)).isPresent();
    }

    @Test
    void theLengthIsBounded() {
        assertThat(TopicName.defect("x".repeat(TopicName.LENGTH_MAX))).isEmpty();
        assertThat(TopicName.defect("x".repeat(TopicName.LENGTH_MAX + 1)))
                .hasValueSatisfying(text -> assertThat(text).contains("250").contains("249"));
    }
}
