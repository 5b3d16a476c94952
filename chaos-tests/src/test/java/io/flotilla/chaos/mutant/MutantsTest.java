package io.flotilla.chaos.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The mutants follow the code: each of them can still be made of it. */
class MutantsTest {
    /** The tests run in the module's folder. */
    private static final MutantSources SOURCES = new MutantSources(
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()));

    private static final List<String> PATCH = List.of(
            "bug: A test's.",
            "rule: R0",
            "predicate: None",
            "",
            "@ a/B.java",
            " one",
            "-two",
            "+2",
            "+and more",
            " three");

    @Test
    void everyMutantAppliesAndCompiles() {
        List<Mutant> mutants = SOURCES.all();
        assertThat(mutants).hasSizeGreaterThanOrEqualTo(18);
        try (MutantCompiler compiler = new MutantCompiler()) {
            for (Mutant mutant : mutants) {
                assertThat(compiler.compile(mutant.name(), SOURCES.changedFiles(mutant)))
                        .as(mutant.name())
                        .isNotEmpty();
            }
        }
    }

    @Test
    void aPatchReplacesItsLines() {
        Mutant mutant = Mutant.parse("test", PATCH);
        assertThat(mutant.sources(file -> "zero\none\ntwo\nthree\nfour\n"))
                .containsExactly(Map.entry("a/B.java", "zero\none\n2\nand more\nthree\nfour\n"));
    }

    @Test
    void aPatchWhoseLinesAreGoneIsRefused() {
        Mutant mutant = Mutant.parse("test", PATCH);
        assertThatThrownBy(() -> mutant.sources(file -> "one\ntwo and a half\nthree\n"))
                .hasMessageContaining("a/B.java does not have these lines any more");
    }

    @Test
    void aPatchWhoseLinesStandTwiceIsRefused() {
        Mutant mutant = Mutant.parse("test", PATCH);
        assertThatThrownBy(() -> mutant.sources(file -> "one\ntwo\nthree\none\ntwo\nthree\n"))
                .hasMessageContaining("more than once");
    }

    @Test
    void aPatchThatChangesNothingIsRefused() {
        List<String> patch = List.of("bug: b", "rule: r", "predicate: p", "@ a/B.java", " one");
        assertThatThrownBy(() -> Mutant.parse("test", patch)).hasMessageContaining("changes nothing");
    }

    @Test
    void aPatchSaysWhatItBreaks() {
        assertThatThrownBy(() -> Mutant.parse("test", PATCH.subList(1, PATCH.size())))
                .hasMessageContaining("'bug: ...'");
    }

    @Test
    void aMutantLivesBesideTheProduct() throws ReflectiveOperationException {
        String file = "broker/src/main/java/io/flotilla/broker/isr/EpochEnd.java";
        Mutant mutant = Mutant.parse(
                "test",
                List.of(
                        "bug: b",
                        "rule: r",
                        "predicate: p",
                        "@ " + file,
                        "-    public static final int NO_EPOCH = -1;",
                        "+    public static final int NO_EPOCH = -2;"));
        try (MutantCompiler compiler = new MutantCompiler()) {
            MutantLoader loader = new MutantLoader(compiler.compile("test", SOURCES.changedFiles(mutant)));
            Class<?> changed = loader.loadClass("io.flotilla.broker.isr.EpochEnd");
            assertThat(changed.getField("NO_EPOCH").getInt(null)).isEqualTo(-2);
            assertThat(loader.loadClass("io.flotilla.broker.isr.LeaderState").getClassLoader())
                    .isSameAs(loader);
            assertThat(Class.forName("io.flotilla.broker.isr.EpochEnd")
                            .getField("NO_EPOCH")
                            .getInt(null))
                    .isEqualTo(-1);
        }
    }
}
