package io.flotilla.chaos.simulation;

import io.flotilla.sim.run.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Seeds that once failed: those that come with the program, and those that this tree has found. A line each. */
final class Corpus {
    private static final String OWN = "/simulation-corpus.txt";
    private static final char COMMENT = '#';

    private Corpus() {}

    /** All of them, those that come with the program first. */
    static List<Long> known(@Nullable Path file) throws IOException {
        Set<Long> seeds = new LinkedHashSet<>();
        try (InputStream own = Objects.requireNonNull(Corpus.class.getResourceAsStream(OWN), OWN);
                BufferedReader lines = new BufferedReader(new InputStreamReader(own, StandardCharsets.UTF_8))) {
            seeds.addAll(seeds(lines.lines()));
        }
        if (file != null && Files.exists(file)) {
            try (Stream<String> lines = Files.lines(file)) {
                seeds.addAll(seeds(lines));
            }
        }
        return List.copyOf(seeds);
    }

    private static List<Long> seeds(Stream<String> lines) {
        List<Long> seeds = new ArrayList<>();
        lines.map(line -> line.indexOf(COMMENT) < 0 ? line : line.substring(0, line.indexOf(COMMENT)))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(line -> seeds.add(Long.parseLong(line)));
        return seeds;
    }

    /** Keeps a seed that failed, unless it is known. */
    static void add(@Nullable Path file, Outcome failed) throws IOException {
        if (file == null || known(file).contains(failed.seed())) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        String why = failed.failure().map(Outcome.Failure::predicate).orElse("");
        Files.writeString(
                file,
                failed.seed() + " # " + why + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
