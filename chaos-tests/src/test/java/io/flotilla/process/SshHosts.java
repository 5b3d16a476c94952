package io.flotilla.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Hosts with a real sshd on this machine, host1 to hostN, and an operator beside them who runs the scripts: network
 * namespaces, as ssh-hosts.sh makes them. Where that is not possible the tests are left out, and in CI they fail.
 * Register it in a static field.
 */
final class SshHosts implements BeforeAllCallback, AfterAllCallback, TestExecutionExceptionHandler {
    private static final Duration COMMAND = Duration.ofMinutes(5);
    private static final Duration UP = Duration.ofSeconds(60);
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String SCRIPT =
            ROOT.resolve("chaos-tests/src/test/resources/hosts/ssh-hosts.sh").toString();

    private final int count;
    private final String prefix = "flotilla-" + UUID.randomUUID().toString().substring(0, 6);
    private final Path folder = Path.of("target", "process", prefix).toAbsolutePath();
    private final Map<Integer, Process> hosts = new TreeMap<>();
    private int commands;
    private boolean made;
    private boolean failed;

    private SshHosts(int count) {
        this.count = count;
    }

    static SshHosts of(int count) {
        return new SshHosts(count);
    }

    /** What a script or command did. */
    record Done(int exitCode, String output) {}

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Files.createDirectories(folder);
        Done possible = run(List.of(SCRIPT, "possible"), "");
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(possible.exitCode() == 0, () -> "no hosts to test on: " + possible.output());
        } else if (possible.exitCode() != 0) {
            throw new AssertionError("no hosts to test on: " + possible.output());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::down, "end-hosts"));
        made = true;
        Done up = run(List.of(SCRIPT, "up", folder.toString(), prefix, Integer.toString(count)), "");
        if (up.exitCode() != 0) {
            throw new AssertionError("the network of the hosts: " + up.output());
        }
        IntStream.rangeClosed(1, count).forEach(this::boot);
    }

    /** Names of the hosts as the scripts take them. */
    String names() {
        return IntStream.rangeClosed(1, count).mapToObj(n -> "host" + n).collect(Collectors.joining(","));
    }

    /** Powers a host on: its sshd answers when this returns, and nothing else runs there. */
    void boot(int number) {
        try {
            hosts.put(
                    number,
                    new ProcessBuilder(SCRIPT, "host", folder.toString(), prefix, Integer.toString(number))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    folder.resolve("host" + number + ".log").toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(
                "host" + number + " lets the operator in",
                UP,
                () -> on(number, "true").exitCode() == 0);
    }

    /** Cuts a host's power: every process on it is killed with SIGKILL, its sshd, too. */
    void cutPower(int number) {
        Process host = hosts.remove(number);
        if (host == null) {
            throw new IllegalStateException("host" + number + " is not up");
        }
        host.destroyForcibly().onExit().join();
    }

    /** The home of the user on a host. */
    Path home(int number) {
        return folder.resolve("host" + number).resolve("home");
    }

    /** Runs a command on a host, over ssh. */
    Done on(int number, String command) {
        List<String> ssh = new ArrayList<>(List.of("ssh", "-o", "BatchMode=yes", "-o", knownHosts()));
        ssh.addAll(List.of("-i", key(), "host" + number, command));
        return operator(ssh, "");
    }

    /** Runs a script of the project as the operator, with the options that reach hosts. */
    Done script(String name, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(ROOT.resolve("scripts").resolve(name).toString()));
        command.addAll(List.of("--identity", key(), "--ssh-option", knownHosts()));
        command.addAll(List.of(arguments));
        return operator(command, "");
    }

    /** Runs the flotilla command as the operator, with such a standard input. */
    Done flotilla(String input, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(ROOT.resolve("scripts/flotilla").toString()));
        command.addAll(List.of(arguments));
        return operator(command, input);
    }

    private String key() {
        return folder.resolve("key").toString();
    }

    private String knownHosts() {
        return "UserKnownHostsFile=" + folder.resolve("known_hosts");
    }

    private Done operator(List<String> command, String input) {
        List<String> inside = new ArrayList<>(List.of(SCRIPT, "operator", folder.toString(), prefix));
        inside.addAll(command);
        return run(inside, input);
    }

    private Done run(List<String> command, String input) {
        Path output = folder.resolve("command-" + ++commands + ".log");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("FLOTILLA_HEAP", "384m");
            Process process = builder.start();
            try (var stdin = process.outputWriter()) {
                stdin.write(input);
            }
            if (!process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + COMMAND + ":\n" + Files.readString(output));
            }
            return new Done(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        failed = true;
        System.out.println("---- the hosts, and what the commands printed, are in " + folder);
        throw failure;
    }

    private void down() {
        hosts.values().forEach(host -> host.destroyForcibly().onExit().join());
        hosts.clear();
        if (made) {
            var unused = run(List.of(SCRIPT, "down", prefix, Integer.toString(count)), "");
        }
        made = false;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        down();
        if (!failed) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
