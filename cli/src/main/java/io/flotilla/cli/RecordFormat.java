package io.flotilla.cli;

import io.flotilla.client.ConsumerRecord;
import io.flotilla.model.record.RecordHeader;
import io.flotilla.model.text.Suggestion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns records into text as Kafka's console consumer does, by the names of its properties. Immutable. */
final class RecordFormat {
    private static final Map<String, String> DEFAULTS = new TreeMap<>(Map.ofEntries(
            Map.entry("print.timestamp", "false"),
            Map.entry("print.partition", "false"),
            Map.entry("print.offset", "false"),
            Map.entry("print.epoch", "false"),
            Map.entry("print.headers", "false"),
            Map.entry("print.key", "false"),
            Map.entry("print.value", "true"),
            Map.entry("key.separator", "\t"),
            Map.entry("headers.separator", ","),
            Map.entry("line.separator", "\n"),
            Map.entry("null.literal", "null"),
            Map.entry("key.deserializer", "StringDeserializer"),
            Map.entry("value.deserializer", "StringDeserializer"),
            Map.entry("headers.deserializer", "StringDeserializer")));

    private final Map<String, String> properties;
    private final Content key;
    private final Content value;
    private final Content header;

    private RecordFormat(Map<String, String> properties) throws CommandFailure {
        this.properties = properties;
        this.key = Content.of(text("key.deserializer"));
        this.value = Content.of(text("value.deserializer"));
        this.header = Content.of(text("headers.deserializer"));
    }

    /** What the bytes of a key, a value or a header are. */
    private enum Content {
        STRING(0),
        BYTE_ARRAY(0),
        SHORT(Short.BYTES),
        INTEGER(Integer.BYTES),
        LONG(Long.BYTES),
        FLOAT(Float.BYTES),
        DOUBLE(Double.BYTES),
        UUID(0);

        /** 0 means any. */
        private final int size;

        Content(int size) {
            this.size = size;
        }

        /**
         * Kafka's class, or the last part of its name: {@code org.apache.kafka.common.serialization.LongDeserializer}.
         */
        static Content of(String deserializer) throws CommandFailure {
            return switch (deserializer.substring(deserializer.lastIndexOf('.') + 1)) {
                case "StringDeserializer" -> STRING;
                case "ByteArrayDeserializer", "BytesDeserializer" -> BYTE_ARRAY;
                case "ShortDeserializer" -> SHORT;
                case "IntegerDeserializer" -> INTEGER;
                case "LongDeserializer" -> LONG;
                case "FloatDeserializer" -> FLOAT;
                case "DoubleDeserializer" -> DOUBLE;
                case "UUIDDeserializer" -> UUID;
                default ->
                    throw new CommandFailure("'" + deserializer + "' is not known; there are String, ByteArray, Short,"
                            + " Integer, Long, Float, Double and UUIDDeserializer");
            };
        }

        String read(ByteBuffer bytes) throws CommandFailure {
            if (size > 0 && bytes.remaining() != size) {
                throw new CommandFailure(
                        "a value of " + bytes.remaining() + " bytes is no " + this + ", which has " + size);
            }
            return switch (this) {
                case STRING, BYTE_ARRAY, UUID ->
                    StandardCharsets.UTF_8.decode(bytes).toString();
                case SHORT -> Short.toString(bytes.getShort());
                case INTEGER -> Integer.toString(bytes.getInt());
                case LONG -> Long.toString(bytes.getLong());
                case FLOAT -> Float.toString(bytes.getFloat());
                case DOUBLE -> Double.toString(bytes.getDouble());
            };
        }
    }

    /** A format with Kafka's defaults for what is not given; refuses names that Kafka does not have. */
    static RecordFormat of(Map<String, String> given) throws CommandFailure {
        Map<String, String> properties = new TreeMap<>(DEFAULTS);
        for (Map.Entry<String, String> property : given.entrySet()) {
            if (properties.replace(property.getKey(), property.getValue()) == null) {
                throw new CommandFailure("--property " + property.getKey() + " is not known"
                        + Suggestion.nearest(property.getKey(), DEFAULTS.keySet())
                                .map(nearest -> "; " + nearest + " is")
                                .orElse(""));
            }
        }
        return new RecordFormat(properties);
    }

    /** The record with the end of its line. */
    String format(ConsumerRecord record) throws CommandFailure {
        StringBuilder line = new StringBuilder();
        if (prints("print.timestamp")) {
            add(line, "CreateTime:" + record.timestampMs());
        }
        if (prints("print.partition")) {
            add(line, "Partition:" + record.partition());
        }
        if (prints("print.offset")) {
            add(line, "Offset:" + record.offset());
        }
        if (prints("print.epoch")) {
            add(line, "Epoch:" + record.leaderEpoch());
        }
        if (prints("print.headers")) {
            add(line, headers(record.headers()));
        }
        if (prints("print.key")) {
            add(line, text(key, wrapped(record.key())));
        }
        if (prints("print.value")) {
            add(line, text(value, wrapped(record.value())));
        }
        return line.append(text("line.separator")).toString();
    }

    private void add(StringBuilder line, String field) {
        line.append(line.isEmpty() ? "" : text("key.separator")).append(field);
    }

    private String headers(List<RecordHeader> headers) throws CommandFailure {
        if (headers.isEmpty()) {
            return "NO_HEADERS";
        }
        StringBuilder all = new StringBuilder();
        for (RecordHeader each : headers) {
            ByteBuffer bytes = each.value();
            all.append(all.isEmpty() ? "" : text("headers.separator"))
                    .append(each.key())
                    .append(':')
                    .append(text(header, bytes == null ? null : bytes.duplicate()));
        }
        return all.toString();
    }

    private String text(Content content, @Nullable ByteBuffer bytes) throws CommandFailure {
        return bytes == null ? text("null.literal") : content.read(bytes);
    }

    private static @Nullable ByteBuffer wrapped(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private boolean prints(String property) {
        return Boolean.parseBoolean(text(property));
    }

    private String text(String property) {
        return properties.getOrDefault(property, "");
    }
}
