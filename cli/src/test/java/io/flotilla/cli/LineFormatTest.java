package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.ProducerRecord;
import io.flotilla.model.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineFormatTest {
    @Test
    void aLineIsAValue() throws CommandFailure {
        ProducerRecord record = LineFormat.of("songs", Map.of()).record("a\tb", 1);

        assertThat(record.key()).isNull();
        assertThat(record.value()).asString(StandardCharsets.UTF_8).isEqualTo("a\tb");
    }

    @Test
    void headersComeFirstThenTheKey() throws CommandFailure {
        ProducerRecord record = LineFormat.of(
                        "songs",
                        Map.of(
                                "parse.headers",
                                "true",
                                "parse.key",
                                "true",
                                "key.separator",
                                "=",
                                "null.marker",
                                "NULL"))
                .record("a:1,b:NULL\tkey=NULL", 1);

        assertThat(record.headers()).extracting(RecordHeader::key).containsExactly("a", "b");
        assertThat(record.headers()).extracting(RecordHeader::value).last().isNull();
        assertThat(record.key()).asString(StandardCharsets.UTF_8).isEqualTo("key");
        assertThat(record.value()).isNull();
    }

    @Test
    void aLineWithoutItsSeparatorIsNamedOrTakenAsAValue() throws CommandFailure {
        LineFormat strict = LineFormat.of("songs", Map.of("parse.key", "true"));
        LineFormat lenient = LineFormat.of("songs", Map.of("parse.key", "true", "ignore.error", "true"));

        assertThatThrownBy(() -> strict.record("value", 17)).hasMessageContaining("line 17 has no key.separator");
        assertThat(lenient.record("value", 17).key()).isNull();
        assertThat(lenient.record("value", 17).headers()).isEqualTo(List.of());
    }

    @Test
    void aMistypedNameIsRefusedWithTheNearest() {
        assertThatThrownBy(() -> LineFormat.of("songs", Map.of("parse.kye", "true")))
                .hasMessageContaining("parse.key is");
    }
}
