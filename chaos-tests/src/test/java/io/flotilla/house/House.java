package io.flotilla.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The reactor on disk: its modules, their sources and their compiled main classes. Stateless. */
final class House {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private House() {}

    /** The directory of the parent pom: the nearest one upwards that lists modules. */
    static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!isRoot(directory)) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException(
                        "no parent pom above " + Path.of("").toAbsolutePath());
            }
        }
        return directory;
    }

    /** The modules' directories, in the order of the parent pom. */
    static List<Path> modules() {
        Path root = root();
        return MODULE.matcher(read(root.resolve("pom.xml")))
                .results()
                .map(match -> root.resolve(match.group(1)))
                .toList();
    }

    /** Every compiled main class of every module, the ones generated from .proto files included. */
    static JavaClasses mainClasses() {
        return new ClassFileImporter()
                .importPaths(modules().stream()
                        .map(module -> module.resolve("target/classes"))
                        .filter(Files::isDirectory)
                        .toList());
    }

    /** Every Java file under src/main and src/test of every module, parsed. */
    static List<JavaSource> javaSources() {
        return JavaSource.parse(
                root(),
                modules().stream()
                        .flatMap(module -> filesUnder(module.resolve("src")))
                        .filter(file -> file.toString().endsWith(".java"))
                        .toList());
    }

    /** The .proto files. */
    static List<Path> schema() {
        return filesUnder(root().resolve("proto/src/main/proto")).toList();
    }

    /** The scripts and guides. */
    static List<Path> scriptsAndGuides() {
        return Stream.of("scripts", "docs", ".ci", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
                .flatMap(place -> filesUnder(root().resolve(place)))
                .toList();
    }

    /** The packages that hold at least one class of ours; a package-info alone is no class. */
    static List<String> packagesOf(JavaClasses classes) {
        return classes.stream()
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .distinct()
                .sorted()
                .toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot(Path directory) {
        Path pom = directory.resolve("pom.xml");
        return Files.isRegularFile(pom) && read(pom).contains("<modules>");
    }

    private static Stream<Path> filesUnder(Path place) {
        if (!Files.exists(place)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(Files::isRegularFile).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
