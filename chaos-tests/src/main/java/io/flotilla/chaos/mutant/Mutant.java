package io.flotilla.chaos.mutant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A known bug, as a patch of the product's sources. Its file has three lines of head ({@code bug:}, {@code rule:},
 * {@code predicate:}), then for each place a line {@code @ PATH} and lines as in a unified diff: a first character of
 * {@code -} for what the file has, {@code +} for what the mutant has, a space for both. Immutable.
 *
 * @param bug what it does wrong
 * @param rule which rule of the replication design it breaks, and who learned it
 * @param predicate which predicate should notice
 */
record Mutant(String name, String bug, String rule, String predicate, List<Edit> edits) {
    Mutant {
        if (edits.isEmpty()) {
            throw new IllegalArgumentException("mutant " + name + " changes nothing");
        }
        edits = List.copyOf(edits);
    }

    static Mutant parse(String name, List<String> lines) {
        Map<String, String> head = new TreeMap<>();
        List<Edit> edits = new ArrayList<>();
        int next = 0;
        for (; next < lines.size() && !lines.get(next).startsWith("@ "); next++) {
            String line = lines.get(next);
            int colon = line.indexOf(": ");
            if (colon > 0) {
                head.put(line.substring(0, colon), line.substring(colon + 2));
            } else if (!line.isBlank()) {
                throw new IllegalArgumentException("line " + (next + 1) + " of mutant " + name + " is no KEY: VALUE");
            }
        }
        while (next < lines.size()) {
            int end = next + 1;
            while (end < lines.size() && !lines.get(end).startsWith("@ ")) {
                end++;
            }
            edits.add(edit(lines.get(next).substring(2), lines.subList(next + 1, end)));
            next = end;
        }
        return new Mutant(
                name, value(head, name, "bug"), value(head, name, "rule"), value(head, name, "predicate"), edits);
    }

    private static String value(Map<String, String> head, String name, String key) {
        String value = head.get(key);
        if (value == null) {
            throw new IllegalArgumentException("mutant " + name + " has no line '" + key + ": ...'");
        }
        return value;
    }

    private static Edit edit(String file, List<String> lines) {
        List<String> search = new ArrayList<>();
        List<String> replacement = new ArrayList<>();
        for (String line : lines) {
            if (line.isEmpty()) {
                continue;
            }
            char mark = line.charAt(0);
            if (mark == '-' || mark == ' ') {
                search.add(line.substring(1));
            }
            if (mark == '+' || mark == ' ') {
                replacement.add(line.substring(1));
            }
            if (mark != '-' && mark != '+' && mark != ' ') {
                throw new IllegalArgumentException("an edit of " + file + " has a line without a mark: " + line);
            }
        }
        return new Edit(file, search, replacement);
    }

    /** The mutant's sources by their paths; {@code present} reads a file of the tree. */
    Map<String, String> sources(UnaryOperator<String> present) {
        Map<String, String> sources = new TreeMap<>();
        for (Edit edit : edits) {
            String before = sources.containsKey(edit.file()) ? sources.get(edit.file()) : present.apply(edit.file());
            sources.put(edit.file(), edit.applyTo(before));
        }
        return sources;
    }
}
