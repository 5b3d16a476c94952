package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.HistoryFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges a history on disk again. */
@Command(
        name = "check",
        description = "Judge a history: what was lost, duplicated or reordered, and whether it proves anything.",
        mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "HISTORY", description = "a file of JSON lines, as a scenario keeps it")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(
            names = "--legal",
            split = ",",
            paramLabel = "ANOMALY",
            converter = KindConverter.class,
            description = "what the run's settings allow, for example lost-write,unseen with acks=1")
    private Set<AnomalyKind> legal = EnumSet.noneOf(AnomalyKind.class);

    @Override
    public Integer call() throws IOException {
        Verdict verdict = HistoryChecker.check(HistoryFile.read(file), legal);
        verdict.print(spec.commandLine().getOut());
        return verdict.holds() ? 0 : 1;
    }

    /** Reads a kind by its name in reports. */
    static final class KindConverter implements ITypeConverter<AnomalyKind> {
        @Override
        public AnomalyKind convert(String text) {
            return AnomalyKind.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}
