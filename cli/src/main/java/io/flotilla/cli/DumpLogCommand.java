package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.broker.log.DirectoryRefusedException;
import io.flotilla.broker.log.DumpEntry;
import io.flotilla.broker.log.LogDump;
import io.flotilla.broker.log.LogVerification;
import io.flotilla.broker.log.disk.FileDisk;
import io.flotilla.model.disk.DiskException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the files of a log directory as they lie on the disk, and says what in them is wrong. Needs no broker. */
@Command(
        name = "dump-log",
        description = {
            "Show the files of a log directory, or verify them. Changes nothing; the broker may be running.",
            "Known files: " + LogDump.KNOWN_FILES + ".",
            "Exits with 1 when something is damaged."
        },
        mixinStandardHelpOptions = true)
final class DumpLogCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One line for each thing, so that a large segment needs no memory. */
    enum Format {
        TEXT,
        JSON
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "PATH",
            arity = "0..*",
            description = "a file, the folder of a partition, or a whole log directory")
    private List<Path> paths = List.of();

    @Option(names = "--files", split = ",", paramLabel = "PATH", description = "the same, separated by commas")
    private List<Path> files = List.of();

    @Option(
            names = {"--deep", "--deep-iteration", "--print-data-log"},
            description = "show the records of each batch, too")
    private boolean deep;

    @Option(
            names = "--verify",
            description = "of each partition's folder say only what is damaged, or does not fit together: every batch,"
                    + " and whether indexes, epochs and producer snapshots are what the batches give")
    private boolean verify;

    @Option(names = "--output", defaultValue = "text", description = "text or json (one object per line)")
    private Format format = Format.TEXT;

    private boolean damaged;

    @Override
    public Integer call() throws CommandFailure {
        List<Path> all = Stream.concat(paths.stream(), files.stream()).toList();
        if (all.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "name at least one file or folder to look at");
        }
        try {
            for (Path path : all) {
                look(path.toAbsolutePath().normalize());
            }
        } catch (DiskException | DirectoryRefusedException | UncheckedIOException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        } finally {
            out().flush();
        }
        return damaged ? 1 : 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void look(Path path) throws CommandFailure {
        if (!Files.exists(path)) {
            throw new CommandFailure(path + " does not exist");
        }
        if (Files.isDirectory(path)) {
            lookInto(path);
        } else if (!LogDump.knows(name(path))) {
            throw new CommandFailure(path + " is none of the files that can be shown: " + LogDump.KNOWN_FILES);
        } else if (verify) {
            throw new CommandFailure("--verify compares the files of a partition with each other: name the folder "
                    + path.getParent() + " instead of " + name(path));
        } else {
            show(path);
        }
    }

    private void lookInto(Path folder) throws CommandFailure {
        if (LogVerification.isLog(name(folder))) {
            if (verify) {
                verify(folder);
            } else {
                filesOf(folder).forEach(this::show);
            }
            return;
        }
        List<Path> logs = children(folder).stream()
                .filter(child -> Files.isDirectory(child) && LogVerification.isLog(name(child)))
                .toList();
        if (logs.isEmpty() && filesOf(folder).isEmpty()) {
            throw new CommandFailure(folder + " is neither a partition's folder nor a log directory");
        }
        if (!verify) {
            filesOf(folder).forEach(this::show);
        }
        for (Path log : logs) {
            lookInto(log);
        }
    }

    private static List<Path> filesOf(Path folder) {
        return children(folder).stream()
                .filter(child -> Files.isRegularFile(child) && LogDump.knows(name(child)))
                .toList();
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().collect(Collectors.toCollection(ArrayList::new));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder + ": " + e, e);
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private void show(Path file) {
        Path folder = file.getParent();
        if (folder == null) {
            return;
        }
        if (format == Format.TEXT) {
            out().println("# " + file);
        }
        String defect = new LogDump(FileDisk.readOnly(folder), deep, entry -> print(file, entry)).show(name(file));
        if (defect != null) {
            damaged = true;
            print(file, new DumpEntry("DAMAGED", Map.of("defect", defect)));
        }
    }

    private void verify(Path folder) {
        LogVerification.Result result = LogVerification.of(FileDisk.readOnly(folder), "");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("startOffset", result.startOffset());
        fields.put("endOffset", result.endOffset());
        fields.put("segments", result.segments());
        fields.put("batches", result.batches());
        fields.put("bytes", result.bytes());
        fields.put("findings", result.findings().size());
        if (format == Format.TEXT) {
            out().println("# " + folder);
        }
        print(folder, new DumpEntry(result.findings().isEmpty() ? "sound" : "DAMAGED", fields));
        result.findings().forEach(finding -> print(folder, new DumpEntry("finding", Map.of("defect", finding))));
        damaged |= !result.findings().isEmpty();
    }

    private void print(Path of, DumpEntry entry) {
        if (format == Format.TEXT) {
            out().println(entry.kind() + " "
                    + entry.fields().entrySet().stream()
                            .map(field -> field.getKey() + ": " + field.getValue())
                            .collect(Collectors.joining(" ")));
            return;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("path", of.toString());
        json.put("kind", entry.kind());
        json.putAll(entry.fields());
        try {
            out().println(JSON.writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
