package io.flotilla.cli;

import io.flotilla.client.ProducerRecord;
import io.flotilla.model.record.RecordHeader;
import io.flotilla.model.text.Suggestion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns lines into records as Kafka's console producer does, by the names of its properties: headers, then the key,
 * then the value. Immutable.
 */
final class LineFormat {
    private static final Map<String, String> DEFAULTS = new TreeMap<>(Map.of(
            "parse.key", "false",
            "key.separator", "\t",
            "parse.headers", "false",
            "headers.delimiter", "\t",
            "headers.separator", ",",
            "headers.key.separator", ":",
            "ignore.error", "false",
            "null.marker", ""));

    private final String topic;
    private final Map<String, String> properties;

    private LineFormat(String topic, Map<String, String> properties) {
        this.topic = topic;
        this.properties = properties;
    }

    /** A format with Kafka's defaults for what is not given; refuses names that Kafka does not have. */
    static LineFormat of(String topic, Map<String, String> given) throws CommandFailure {
        Map<String, String> properties = new TreeMap<>(DEFAULTS);
        for (Map.Entry<String, String> property : given.entrySet()) {
            if (properties.replace(property.getKey(), property.getValue()) == null) {
                throw new CommandFailure("--property " + property.getKey() + " is not known"
                        + Suggestion.nearest(property.getKey(), DEFAULTS.keySet())
                                .map(nearest -> "; " + nearest + " is")
                                .orElse(""));
            }
        }
        return new LineFormat(topic, properties);
    }

    /** @param number of the line, from 1 on */
    @SuppressWarnings("NullAway") // key and value may be null; a record's compiled constructor does not show that
    ProducerRecord record(String line, long number) throws CommandFailure {
        List<RecordHeader> headers = List.of();
        String rest = line;
        if (is("parse.headers")) {
            int end = find(rest, "headers.delimiter", number);
            headers = end < 0 ? List.of() : headers(rest.substring(0, end), number);
            rest = end < 0
                    ? rest
                    : rest.substring(end + text("headers.delimiter").length());
        }
        String key = null;
        if (is("parse.key")) {
            int end = find(rest, "key.separator", number);
            key = end < 0 ? null : rest.substring(0, end);
            rest = end < 0 ? rest : rest.substring(end + text("key.separator").length());
        }
        return new ProducerRecord(topic, null, null, utf8(key), utf8(rest), headers);
    }

    /** Where a separator is; -1 when it is missing and that is to be borne. */
    private int find(String text, String separator, long number) throws CommandFailure {
        int at = text.indexOf(text(separator));
        if (at < 0 && !is("ignore.error")) {
            throw new CommandFailure("line " + number + " has no " + separator + "; --property " + separator
                    + "=, sets another, ignore.error=true takes such a line as a value");
        }
        return at;
    }

    private List<RecordHeader> headers(String text, long number) throws CommandFailure {
        List<RecordHeader> headers = new ArrayList<>();
        if (isNull(text)) {
            return headers;
        }
        for (String header : text.split(Pattern.quote(text("headers.separator")), -1)) {
            int end = header.indexOf(text("headers.key.separator"));
            if (end < 0) {
                throw new CommandFailure(
                        "line " + number + " has the header '" + header + "' without " + text("headers.key.separator"));
            }
            byte[] value =
                    utf8(header.substring(end + text("headers.key.separator").length()));
            headers.add(new RecordHeader(header.substring(0, end), value == null ? null : ByteBuffer.wrap(value)));
        }
        return headers;
    }

    private boolean isNull(String text) {
        return !text("null.marker").isEmpty() && text.equals(text("null.marker"));
    }

    private byte @Nullable [] utf8(@Nullable String text) {
        return text == null || isNull(text) ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private boolean is(String property) {
        return Boolean.parseBoolean(text(property));
    }

    private String text(String property) {
        return properties.getOrDefault(property, "");
    }
}
