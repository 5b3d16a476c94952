package io.flotilla.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the tidy rules over the sources of all modules. */
class TidyTest {
    private static final List<JavaSource> SOURCES = House.javaSources();

    @Test
    void mainFilesAreShort() {
        holds(TidyRules::fileIsShort);
    }

    @Test
    void methodsAreShort() {
        holds(TidyRules::methodsAreShort);
    }

    @Test
    void parametersAreFew() {
        holds(TidyRules::parametersAreFew);
    }

    @Test
    void linesFit() {
        holds(TidyRules::linesFit);
        holds(TidyRules::linesFit, House.schema());
    }

    @Test
    void linesHaveNoTabs() {
        holds(TidyRules::linesHaveNoTabs);
        holds(TidyRules::linesHaveNoTabs, House.schema());
        holds(TidyRules::linesHaveNoTabs, House.scriptsAndGuides());
    }

    @Test
    void nothingIsLeftOpen() {
        holds(TidyRules::nothingIsLeftOpen);
        holds(TidyRules::nothingIsLeftOpen, House.schema());
        holds(TidyRules::nothingIsLeftOpen, House.scriptsAndGuides());
    }

    @Test
    void namesHaveANoun() {
        holds(TidyRules::namesHaveANoun);
    }

    @Test
    void testsDoNotSleep() {
        holds(TidyRules::testsDoNotSleep);
    }

    @Test
    void pureCodeTakesNoLocks() {
        holds(TidyRules::pureCodeTakesNoLocks);
    }

    @Test
    void publicTypesSayWhatTheyAreFor() {
        holds(TidyRules::publicTypesSayWhatTheyAreFor);
    }

    @Test
    void packageInfosAreNullMarkedAndSayWhatFor() {
        holds(TidyRules::packageInfoIsNullMarkedAndSaysWhatFor);
    }

    @Test
    void everyMainPackageHasItsPackageInfo() {
        Set<String> described = mainPackages(true);
        assertThat(mainPackages(false)).isSubsetOf(described);
    }

    private static Set<String> mainPackages(boolean described) {
        return SOURCES.stream()
                .filter(source -> source.isMain() && source.isPackageInfo() == described)
                .map(JavaSource::packageName)
                .collect(Collectors.toSet());
    }

    private static void holds(Function<JavaSource, List<String>> rule) {
        assertThat(SOURCES).isNotEmpty().flatExtracting(rule::apply).isEmpty();
    }

    private static void holds(TextRule rule, List<Path> files) {
        assertThat(files)
                .isNotEmpty()
                .flatExtracting(file -> rule.complaints(
                        House.root().relativize(file).toString(),
                        House.read(file).lines().toList()))
                .isEmpty();
    }

    private interface TextRule {
        List<String> complaints(String path, List<String> lines);
    }
}
