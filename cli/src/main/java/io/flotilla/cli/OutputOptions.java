package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Whether a tool answers with a table for people or JSON for programs. */
final class OutputOptions {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    enum Format {
        TABLE,
        JSON
    }

    @Option(names = "--output", defaultValue = "table", description = "table or json; default: ${DEFAULT-VALUE}")
    private Format format = Format.TABLE;

    /** As {@link #print}, where Kafka's tool prints lines that are made to be read by programs, too. */
    void printLines(PrintWriter out, Supplier<List<String>> lines, Supplier<?> json) throws JsonProcessingException {
        if (format == Format.JSON) {
            out.println(JSON.writeValueAsString(json.get()));
        } else {
            lines.get().forEach(out::println);
        }
        out.flush();
    }

    /** Prints one of the two forms of the same answer; {@code json} is maps, lists, texts and numbers. */
    void print(PrintWriter out, Supplier<Table> table, Supplier<?> json) throws JsonProcessingException {
        if (format == Format.JSON) {
            out.println(JSON.writeValueAsString(json.get()));
            out.flush();
        } else {
            table.get().print(out);
        }
    }
}
