package io.flotilla.chaos.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.chaos.history.Mop.Fate;
import io.flotilla.chaos.history.Op.Act;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An operation as a line of JSON. Its parts are arrays: {@code ["send",key,value]} of unknown fate,
 * {@code ["send",key,value,offset]} acknowledged, {@code ["send",key,value,"not_applied"]},
 * {@code ["read",key,offset,value]}, {@code ["position",key,offset]}, {@code ["leader",key,node,epoch]},
 * {@code ["node",n]}, {@code ["digest",key,node,start,end,sha256]} with an error behind it when there was one,
 * {@code ["expectation",replicas,kills,partitionLeaderChanges,controllerChanges]}.
 */
final class OpLines {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFactory FACTORY = JSON.getFactory();
    private static final String NOT_APPLIED = lower(Fate.NOT_APPLIED);

    private OpLines() {}

    static String line(Op op) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("idx", op.idx());
            json.writeNumberField("process", op.process());
            json.writeStringField("type", lower(op.type()));
            json.writeStringField("f", lower(op.f()));
            json.writeArrayFieldStart("mops");
            for (Mop mop : op.mops()) {
                write(json, mop);
            }
            json.writeEndArray();
            json.writeNumberField("tNanos", op.tNanos());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Mop mop) throws IOException {
        if (mop instanceof Mop.Send send) {
            switch (send.fate()) {
                case ACKED -> array(json, "send", send.key(), send.value(), send.offset());
                case NOT_APPLIED -> array(json, "send", send.key(), send.value(), NOT_APPLIED);
                case UNKNOWN -> array(json, "send", send.key(), send.value());
            }
        } else if (mop instanceof Mop.Read read) {
            array(json, "read", read.key(), read.offset(), read.value());
        } else if (mop instanceof Mop.Position position) {
            array(json, "position", position.key(), position.offset());
        } else if (mop instanceof Mop.Leader leader) {
            array(json, "leader", leader.key(), (long) leader.node(), leader.epoch());
        } else if (mop instanceof Mop.Node node) {
            array(json, "node", (long) node.node());
        } else if (mop instanceof Mop.Digest digest) {
            write(json, digest);
        } else if (mop instanceof Mop.Expectation least) {
            array(
                    json,
                    "expectation",
                    (long) least.replicas(),
                    (long) least.kills(),
                    (long) least.partitionLeaderChanges(),
                    (long) least.controllerChanges());
        }
    }

    private static void write(JsonGenerator json, Mop.Digest digest) throws IOException {
        List<Object> elements = new ArrayList<>(
                List.of("digest", digest.key(), (long) digest.node(), digest.start(), digest.end(), digest.sha256()));
        if (!digest.isRead()) {
            elements.add(digest.error());
        }
        array(json, elements.toArray());
    }

    private static void array(JsonGenerator json, Object... elements) throws IOException {
        json.writeStartArray();
        for (Object element : elements) {
            if (element instanceof Long number) {
                json.writeNumber(number);
            } else {
                json.writeString(element.toString());
            }
        }
        json.writeEndArray();
    }

    /** @throws IllegalArgumentException that says what is wrong with the line */
    static Op parse(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            List<Mop> mops = new ArrayList<>();
            for (JsonNode mop : json.required("mops")) {
                mops.add(mop(mop));
            }
            return new Op(
                    json.required("idx").asLong(),
                    json.required("process").asInt(),
                    OpType.valueOf(upper(json.required("type"))),
                    Act.valueOf(upper(json.required("f"))),
                    mops,
                    json.required("tNanos").asLong());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Mop mop(JsonNode mop) {
        String kind = mop.required(0).asText();
        return switch (kind) {
            case "send" -> send(mop);
            case "read" -> new Mop.Read(key(mop), number(mop, 2), number(mop, 3));
            case "position" -> new Mop.Position(key(mop), number(mop, 2));
            case "leader" -> new Mop.Leader(key(mop), (int) number(mop, 2), number(mop, 3));
            case "node" -> new Mop.Node((int) number(mop, 1));
            case "digest" ->
                new Mop.Digest(
                        key(mop),
                        (int) number(mop, 2),
                        number(mop, 3),
                        number(mop, 4),
                        mop.required(5).asText(),
                        mop.size() == 6 ? "" : mop.required(6).asText());
            case "expectation" ->
                new Mop.Expectation(
                        (int) number(mop, 1), (int) number(mop, 2), (int) number(mop, 3), (int) number(mop, 4));
            default -> throw new IllegalArgumentException("unknown part of an operation: " + mop);
        };
    }

    private static Mop send(JsonNode mop) {
        long value = number(mop, 2);
        if (mop.size() == 3) {
            return Mop.Send.unknown(key(mop), value);
        }
        return mop.get(3).isNumber()
                ? Mop.Send.acked(key(mop), value, number(mop, 3))
                : new Mop.Send(key(mop), value, Fate.valueOf(upper(mop.get(3))), -1);
    }

    private static String key(JsonNode mop) {
        // There are few keys and many records.
        return mop.required(1).asText().intern();
    }

    private static long number(JsonNode mop, int at) {
        JsonNode element = mop.required(at);
        if (!element.isIntegralNumber()) {
            throw new IllegalArgumentException("element " + at + " of " + mop + " is not a whole number");
        }
        return element.longValue();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String upper(JsonNode text) {
        return text.asText().toUpperCase(Locale.ROOT);
    }
}
