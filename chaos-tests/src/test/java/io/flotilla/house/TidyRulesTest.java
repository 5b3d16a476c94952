package io.flotilla.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows that each tidy rule complains of what it is for, and of nothing else. */
class TidyRulesTest {
    private static final String MAIN = "/broker/src/main/java/io/flotilla/broker/isr/A.java";
    private static final String TEST = "/broker/src/test/java/io/flotilla/broker/isr/A.java";
    private static final String PACKAGE_INFO = "/broker/src/main/java/io/flotilla/broker/isr/package-info.java";

    @Test
    void aFileOf401Lines() throws IOException {
        assertThat(complaints(TidyRules::fileIsShort, MAIN, "class A {" + "\n".repeat(400) + "}"))
                .hasSize(1);
        assertThat(complaints(TidyRules::fileIsShort, MAIN, "class A {" + "\n".repeat(399) + "}"))
                .isEmpty();
        assertThat(complaints(TidyRules::fileIsShort, TEST, "class A {" + "\n".repeat(400) + "}"))
                .isEmpty();
    }

    @Test
    void aMethodOf61Lines() throws IOException {
        assertThat(complaints(TidyRules::methodsAreShort, MAIN, "class A { void a() {" + "\n".repeat(60) + "} }"))
                .hasSize(1);
        assertThat(complaints(TidyRules::methodsAreShort, MAIN, "class A { void a() {" + "\n".repeat(59) + "} }"))
                .isEmpty();
    }

    @Test
    void aMethodOfSixParameters() throws IOException {
        String six = "(int a, int b, int c, int d, int e, int f) {}";
        assertThat(complaints(TidyRules::parametersAreFew, MAIN, "class A { void a" + six + " }"))
                .hasSize(1);
        assertThat(complaints(TidyRules::parametersAreFew, MAIN, "class A { A" + six + " }"))
                .hasSize(1);
        assertThat(complaints(TidyRules::parametersAreFew, MAIN, "class A { @Override void a" + six + " }"))
                .isEmpty();
        assertThat(complaints(TidyRules::parametersAreFew, MAIN, "record A" + six))
                .isEmpty();
        assertThat(complaints(
                        TidyRules::parametersAreFew,
                        MAIN,
                        "record A(int a, int b, int c, int d, int e, int f) { A { a = 1; } }"))
                .isEmpty();
    }

    @Test
    void aLineOf121Characters() throws IOException {
        assertThat(complaints(TidyRules::linesFit, MAIN, "class A {} //" + "-".repeat(108)))
                .hasSize(1);
        assertThat(complaints(TidyRules::linesFit, MAIN, "class A {} //" + "-".repeat(107)))
                .isEmpty();
    }

    @Test
    void aTab() throws IOException {
        assertThat(complaints(TidyRules::linesHaveNoTabs, MAIN, "class A {\t}")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"})
    void somethingLeftOpen(String word) throws IOException {
        assertThat(complaints(TidyRules::nothingIsLeftOpen, MAIN, "class A {} // " + word + ": later"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LogManager", "FetchHandler", "Utils", "BytesUtil", "TestHelper", "Common", "LogImpl"})
    void aNameWithoutANoun(String name) throws IOException {
        assertThat(complaints(TidyRules::namesHaveANoun, MAIN, "class A { interface " + name + " {} }"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Thread.sleep(1)", "java.util.concurrent.TimeUnit.SECONDS.sleep(1)", "sleep(1)"})
    void aTestThatSleeps(String call) throws IOException {
        String source = "class A { void a() throws Exception { " + call + "; } }";
        assertThat(complaints(TidyRules::testsDoNotSleep, TEST, source)).hasSize(1);
        assertThat(complaints(TidyRules::testsDoNotSleep, MAIN, source)).isEmpty();
    }

    @Test
    void aLockInAPurePackage() throws IOException {
        String locks = "class A { void a() { synchronized (this) {} } }";
        assertThat(complaints(TidyRules::pureCodeTakesNoLocks, MAIN, "package io.flotilla.broker.isr; " + locks))
                .hasSize(1);
        assertThat(complaints(TidyRules::pureCodeTakesNoLocks, MAIN, "package io.flotilla.broker.log; " + locks))
                .isEmpty();
    }

    @Test
    void aPublicTypeWithoutJavadoc() throws IOException {
        assertThat(complaints(TidyRules::publicTypesSayWhatTheyAreFor, MAIN, "public class A {}"))
                .hasSize(1);
        assertThat(complaints(TidyRules::publicTypesSayWhatTheyAreFor, MAIN, "/** An a. */ public class A {}"))
                .isEmpty();
    }

    @Test
    void aPackageInfoWithoutNullMarkedOrWithoutASentence() throws IOException {
        String marked = "@org.jspecify.annotations.NullMarked package io.flotilla.broker.isr;";
        Function<JavaSource, List<String>> rule = TidyRules::packageInfoIsNullMarkedAndSaysWhatFor;
        assertThat(complaints(rule, PACKAGE_INFO, "/** Keeps replicas. */ " + marked))
                .isEmpty();
        assertThat(complaints(rule, PACKAGE_INFO, "/** Replicas */ " + marked)).hasSize(1);
        assertThat(complaints(rule, PACKAGE_INFO, marked)).hasSize(1);
        assertThat(complaints(rule, PACKAGE_INFO, "/** Keeps replicas. */ package io.flotilla.broker.isr;"))
                .hasSize(1);
    }

    private static List<String> complaints(Function<JavaSource, List<String>> rule, String path, String text)
            throws IOException {
        List<SourceText> units = List.of(new SourceText(path, text));
        return JavaSource.parse(Path.of("/"), ToolProvider.getSystemJavaCompiler(), units).stream()
                .flatMap(source -> rule.apply(source).stream())
                .toList();
    }
}
