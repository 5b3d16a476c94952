package io.flotilla.bench.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A load generator's process, which tells what it measured line by line. Used by one thread. */
public final class Driver implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;
    private final BufferedReader lines;

    private Driver(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    static Driver start(String classPath, List<String> arguments, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Home.java(),
                "-Xms512m",
                "-Xmx1g",
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-cp",
                classPath,
                "io.flotilla.bench.Main",
                "drive"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Driver(arguments.get(0), process, log);
    }

    /**
     * The rest of the first line that starts with the word, and is waited for.
     *
     * @throws IOException when the driver ends without it
     */
    public String await(String word) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(word) || line.startsWith(word + " ")) {
                return line.substring(word.length()).trim();
            }
        }
        throw new IOException("the load generator '" + name + "' ended without '" + word + "'; see " + log);
    }

    /** Tells the driver to go on. */
    public void signal() throws IOException {
        tell("");
    }

    /** Gives the driver a line. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
