package io.flotilla.chaos.mutant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The source tree: the mutants that it has, and the files that they change. Reads only. */
final class MutantSources {
    private static final String FOLDER = "chaos-tests/src/main/mutants";
    private static final String SUFFIX = ".mutant";

    private final Path root;

    /** @param root of the source tree */
    MutantSources(Path root) {
        this.root = root;
    }

    /** Every mutant, by name. */
    List<Mutant> all() {
        try (Stream<Path> files = Files.list(root.resolve(FOLDER))) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(MutantSources::mutant)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the mutants are part of the source tree; name its root", e);
        }
    }

    Mutant named(String name) {
        return all().stream()
                .filter(mutant -> mutant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no mutant '" + name + "'; there are "
                        + all().stream().map(Mutant::name).toList()));
    }

    private static Mutant mutant(Path file) {
        String name = String.valueOf(file.getFileName());
        return Mutant.parse(
                name.substring(0, name.length() - SUFFIX.length()),
                read(file).lines().toList());
    }

    /** The changed files of a mutant, by path. */
    Map<String, String> changedFiles(Mutant mutant) {
        return mutant.sources(file -> read(root.resolve(file)));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
