package io.flotilla.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows that each rule over compiled classes refuses what it is for, and spares the places that it names. */
class RulesBiteTest {
    private static final Pattern TYPE = Pattern.compile("package ([a-z.]+);.*?class (\\w+)");

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    /** Shared, because it reads the index of every jar on the class path once. */
    private static final StandardJavaFileManager DISK = COMPILER.getStandardFileManager(null, Locale.ROOT, null);

    @TempDir
    Path classes;

    @AfterAll
    static void close() throws IOException {
        DISK.close();
    }

    @Test
    void aCycleOfPackages() throws IOException {
        refused(
                ImportRules.NO_PACKAGE_CYCLES,
                "package io.flotilla.broker.log; public class Log { io.flotilla.broker.rpc.Rpc rpc; }",
                "package io.flotilla.broker.rpc; public class Rpc { io.flotilla.broker.log.Log log; }");
    }

    @Test
    void anUnknownRoot() throws IOException {
        refused(ImportRules.KNOWN_ROOTS, "package io.flotilla.misc; class Thing {}");
    }

    @Test
    void aBrokerThatImportsTheQuorum() throws IOException {
        refused(
                ImportRules.MODULES_POINT_DOWN,
                "package io.flotilla.quorum.command; public class Command {}",
                "package io.flotilla.broker.log; class Log { io.flotilla.quorum.command.Command command; }");
    }

    @Test
    void aClientThatImportsTheBroker() throws IOException {
        refused(
                ImportRules.MODULES_POINT_DOWN,
                "package io.flotilla.broker.log; public class Log {}",
                "package io.flotilla.client; class Reader { io.flotilla.broker.log.Log log; }");
    }

    @Test
    void ratisElsewhere() throws IOException {
        refused(
                ImportRules.RATIS_IN_ONE_PACKAGE,
                "package io.flotilla.quorum.feed; class Feed { org.apache.ratis.protocol.RaftPeerId peer; }");
    }

    @Test
    void ratisInItsPackage() throws IOException {
        spared(
                ImportRules.RATIS_IN_ONE_PACKAGE,
                "package io.flotilla.quorum.raft; class Raft { org.apache.ratis.protocol.RaftPeerId peer; }",
                "package io.flotilla.quorum.feed; class Feed {}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "package io.flotilla.broker.partition; class Partition { io.grpc.Status status; }",
                "package io.flotilla.broker.fetcher; class Fetcher { io.grpc.Channel channel; }",
                "package io.flotilla.client; class Reader { io.netty.buffer.ByteBuf bytes; }"
            })
    void grpcAwayFromTheEdge(String source) throws IOException {
        refused(ImportRules.GRPC_AT_THE_EDGE, source);
    }

    @Test
    void grpcAtTheEdge() throws IOException {
        spared(
                ImportRules.GRPC_AT_THE_EDGE,
                "package io.flotilla.broker.rpc; class FetchService { io.grpc.Status status; }",
                "package io.flotilla.broker.fetcher; class GrpcTransport { class Call { io.grpc.Status status; } }",
                "package io.flotilla.broker.fetcher; class Fetcher {}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "package io.flotilla.broker.log; class Log { java.nio.file.Path path; }",
                "package io.flotilla.model.disk; class Disk { java.nio.channels.FileChannel channel; }",
                "package io.flotilla.client; class Cache { Object open() { return new java.io.File(\"x\"); } }"
            })
    void filesPastTheDiskPort(String source) throws IOException {
        refused(ImportRules.FILES_BEHIND_THE_DISK_PORT, source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class A { Object o = java.util.concurrent.Executors.newCachedThreadPool(); }",
                "class A { Object o = new Thread(() -> {}); }",
                "class A extends Thread {}",
                "class A { Object o = new java.util.concurrent.ScheduledThreadPoolExecutor(1); }",
                "class A { java.util.function.Function<Runnable, Thread> threads = Thread::new; }",
                "class A { Object o = java.util.concurrent.CompletableFuture.runAsync(() -> {}); }"
            })
    void threadsOutsideWiring(String type) throws IOException {
        refused(ImportRules.THREADS_FROM_WIRING, "package io.flotilla.broker.partition; " + type);
    }

    @Test
    void threadsInWiring() throws IOException {
        spared(
                ImportRules.THREADS_FROM_WIRING,
                "package io.flotilla.server; class Node { Thread thread = new Thread(() -> {}); }",
                "package io.flotilla.client; class ClientWiring { Thread thread = new Thread(() -> {}); }",
                "package io.flotilla.broker.partition; class Loop { java.util.concurrent.Executor given; }");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System.nanoTime()",
                "System.currentTimeMillis()",
                "java.time.Instant.now()",
                "java.time.Clock.systemUTC()",
                "new java.util.Date()",
                "((java.util.function.LongSupplier) System::nanoTime)"
            })
    void theClockOutsideSystemClock(String reading) throws IOException {
        refused(
                ImportRules.TIME_FROM_THE_CLOCK_PORT,
                "package io.flotilla.server; class Node { Object now = " + reading + "; }");
    }

    @Test
    void theClockInSystemClock() throws IOException {
        spared(
                ImportRules.TIME_FROM_THE_CLOCK_PORT,
                "package io.flotilla.model.time; class SystemClock { long nanos() { return System.nanoTime(); } }",
                "package io.flotilla.model.time; class Other {}");
    }

    @Test
    void aGeneratedTypeInTheImage() throws IOException {
        refused(
                ImportRules.GENERATED_TYPES_STAY_OUT,
                "package io.flotilla.model.image; class Image { io.flotilla.proto.v1.Topic topic; }");
    }

    @Test
    void aBrokerThatPrints() throws IOException {
        refused(
                ImportRules.CONSOLE_FOR_THE_COMMAND,
                "package io.flotilla.broker.log; class Log { void print() { System.out.println(); } }");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.util.concurrent.CompletableFuture<?> future",
                "java.util.concurrent.locks.Lock lock",
                "java.util.concurrent.atomic.AtomicLong counter",
                "Thread thread",
                "org.slf4j.Logger log",
                "java.net.Socket socket",
                "io.flotilla.proto.v1.Topic topic"
            })
    void anImpureWord(String field) throws IOException {
        refused(PurityRules.PURE_VOCABULARY, "package io.flotilla.broker.isr; class Leader { " + field + "; }");
    }

    @Test
    void recordsInCommands() throws IOException {
        spared(
                PurityRules.PURE_VOCABULARY,
                "package io.flotilla.quorum.command; class Create { io.flotilla.proto.v1.Topic[] topics; long[] n; }");
    }

    @Test
    void aLockedMethod() throws IOException {
        refused(PurityRules.NO_LOCKED_METHODS, "package io.flotilla.model.id; class Id { synchronized void x() {} }");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Math.random()", "new java.util.Random()", "java.util.UUID.randomUUID()"})
    void chanceWithoutASeed(String draw) throws IOException {
        refused(
                PurityRules.NO_CHANCE,
                "package io.flotilla.quorum.placement; class Placer { Object o = " + draw + "; }");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new java.util.HashMap<String, String>()",
                "new java.util.HashSet<String>()",
                "java.util.Set.of(1, 2)",
                "java.util.Map.of(1, 2, 3, 4)",
                "java.util.Map.copyOf(new java.util.TreeMap<String, String>())",
                "java.util.stream.Stream.of(1).collect(java.util.stream.Collectors.toSet())",
                "java.util.stream.Stream.of(1).collect(java.util.stream.Collectors.groupingBy(x -> x))",
                "org.pcollections.HashTreePMap.empty()"
            })
    void collectionsWithoutAnOrder(String collection) throws IOException {
        refused(
                PurityRules.NO_HASH_ORDER,
                "package io.flotilla.quorum.placement; class Placer { Object o = " + collection + "; }");
    }

    @Test
    void collectionsInOrder() throws IOException {
        spared(
                PurityRules.NO_HASH_ORDER,
                "package io.flotilla.quorum.placement; class Placer { Object[] o = {"
                        + "new java.util.LinkedHashMap<String, String>(), new java.util.TreeSet<String>(),"
                        + "java.util.Set.of(1), java.util.Map.of(1, 2), java.util.List.of(1, 2, 3)}; }");
    }

    private void refused(ArchRule rule, String... sources) throws IOException {
        assertThat(violations(rule, sources)).isTrue();
    }

    private void spared(ArchRule rule, String... sources) throws IOException {
        assertThat(violations(rule, sources)).isFalse();
    }

    private boolean violations(ArchRule rule, String... sources) throws IOException {
        List<SourceText> units = Stream.of(sources)
                .map(source -> new SourceText("/" + fileOf(source), source))
                .toList();
        DISK.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
        boolean compiled = COMPILER.getTask(null, DISK, null, List.of("-proc:none", "-Xlint:none"), null, units)
                .call();
        assertThat(compiled).as("the example compiles").isTrue();
        return rule.evaluate(new ClassFileImporter().importPath(classes)).hasViolation();
    }

    private static String fileOf(String source) {
        Matcher type = TYPE.matcher(source);
        assertThat(type.find()).isTrue();
        return type.group(1).replace('.', '/') + "/" + type.group(2) + ".java";
    }
}
