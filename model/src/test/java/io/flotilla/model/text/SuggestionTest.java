package io.flotilla.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("log.dirs", "node.id", "listeners");

    @Test
    void aTypingErrorFindsItsName() {
        assertThat(Suggestion.nearest("log.dir", KNOWN)).hasValue("log.dirs");
        assertThat(Suggestion.nearest("listner", KNOWN)).hasValue("listeners");
        assertThat(Suggestion.nearest("nodeid", KNOWN)).hasValue("node.id");
    }

    @Test
    void somethingElseFindsNothing() {
        assertThat(Suggestion.nearest("compression", KNOWN)).isEmpty();
    }
}
