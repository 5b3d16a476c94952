package io.flotilla.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Who may import whom. Each rule names the allowed places in its predicate and has no other exception. */
final class ImportRules {
    private static final Set<String> FILE_CLASSES =
            Set.of("File", "FileInputStream", "FileOutputStream", "FileReader", "FileWriter", "RandomAccessFile");

    private ImportRules() {}

    static final ArchRule NO_PACKAGE_CYCLES = slices().matching("io.flotilla.(**)")
            .should()
            .beFreeOfCycles()
            .because("a package can be read alone only when nothing that it needs needs it back");

    static final ArchRule KNOWN_ROOTS = classes()
            .should()
            .resideInAnyPackage(
                    "io.flotilla.proto..",
                    "io.flotilla.model..",
                    "io.flotilla.quorum..",
                    "io.flotilla.broker..",
                    "io.flotilla.client..",
                    "io.flotilla.server..",
                    "io.flotilla.cli..",
                    "io.flotilla.chaos..",
                    "io.flotilla.bench..",
                    "io.flotilla.sim..")
            .because("the package tree is the table of contents, and the module rule knows these roots only");

    static final ArchRule MODULES_POINT_DOWN = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("proto")
            .definedBy("io.flotilla.proto..")
            .layer("model")
            .definedBy("io.flotilla.model..")
            .layer("quorum")
            .definedBy("io.flotilla.quorum..")
            .layer("broker")
            .definedBy("io.flotilla.broker..")
            .layer("client")
            .definedBy("io.flotilla.client..")
            .layer("server")
            .definedBy("io.flotilla.server..")
            .layer("cli")
            .definedBy("io.flotilla.cli..")
            .layer("tests")
            .definedBy("io.flotilla.chaos..", "io.flotilla.bench..", "io.flotilla.sim..")
            .whereLayer("proto")
            .mayNotAccessAnyLayer()
            .whereLayer("model")
            .mayOnlyAccessLayers("proto")
            .whereLayer("quorum")
            .mayOnlyAccessLayers("proto", "model")
            .whereLayer("broker")
            .mayOnlyAccessLayers("proto", "model")
            .whereLayer("client")
            .mayOnlyAccessLayers("proto", "model")
            .whereLayer("server")
            .mayOnlyAccessLayers("proto", "model", "quorum", "broker", "client")
            .whereLayer("cli")
            .mayOnlyAccessLayers("proto", "model", "quorum", "broker", "client", "server")
            .whereLayer("tests")
            .mayNotBeAccessedByAnyLayer()
            .because("brokers, controllers and clients meet on the wire only, so that each can be replaced");

    static final ArchRule RATIS_IN_ONE_PACKAGE = noClasses()
            .that()
            .resideOutsideOfPackage("io.flotilla.quorum.raft")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.ratis..")
            .because("what we know of Ratis, its traps included, must stand in one place");

    static final ArchRule GRPC_AT_THE_EDGE = noClasses()
            .that(describe(
                    "face no wire: are no stubs, rpc packages, model.wire, Grpc* adapters, server or *Wiring",
                    type -> !facesTheWire(type)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.netty..")
            .because("decisions and logs must run in the simulator, which has no network");

    static final ArchRule FILES_BEHIND_THE_DISK_PORT = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.flotilla.broker.log.disk", // the real Disk
                    "io.flotilla.quorum.raft", // Ratis keeps its own files
                    "io.flotilla.server..", // reads server.properties, checks directories before start
                    "io.flotilla.cli..", // reads what the user names
                    "io.flotilla.chaos..", // starts nodes and reads what they leave
                    "io.flotilla.bench..") // the same
            .should()
            .dependOnClassesThat(describe("touch files", ImportRules::touchesFiles))
            .because("the simulator can lose, tear and corrupt only what goes through the Disk port");

    static final ArchRule THREADS_FROM_WIRING = noClasses()
            .that(describe(
                    "are neither a process (server, cli, chaos, bench) nor wiring (a class named *Wiring)",
                    type -> !isProcess(type) && !isWiring(type)))
            .should()
            .accessTargetWhere(described("start threads", ImportRules::startsThreads))
            .because("whoever creates a thread must close it; everyone else is handed an executor");

    static final ArchRule TIME_FROM_THE_CLOCK_PORT = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.flotilla.model.time.SystemClock")
            .should()
            .accessTargetWhere(described("read the machine's clock", ImportRules::readsTheClock))
            .because("time is an argument, so that a test and the simulator can set it");

    static final ArchRule GENERATED_TYPES_STAY_OUT = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.flotilla.model.image..",
                    "io.flotilla.model.delta..",
                    "io.flotilla.broker.isr..",
                    "io.flotilla.broker.log..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.flotilla.proto..", "com.google.protobuf..")
            .because("the schema may change without them; io.flotilla.model.wire translates");

    static final ArchRule CONSOLE_FOR_THE_COMMAND = noClasses()
            .that()
            .resideOutsideOfPackages("io.flotilla.cli..", "io.flotilla.chaos..", "io.flotilla.bench..")
            .should()
            .accessTargetWhere(described(
                    "print to standard output", access -> isMember(access, "java.lang.System", Set.of("out"))))
            .because("a library and a server log; only the command prints");

    static DescribedPredicate<JavaAccess<?>> described(String text, Predicate<JavaAccess<?>> test) {
        return describe(text, test);
    }

    static boolean isMember(JavaAccess<?> access, String owner, Set<String> names) {
        return access.getTargetOwner().getName().equals(owner)
                && names.contains(access.getTarget().getName());
    }

    private static boolean facesTheWire(JavaClass type) {
        String home = type.getPackageName();
        boolean adapterPackage = Set.of(
                        "io.flotilla.broker.fetcher", "io.flotilla.broker.registration", "io.flotilla.broker.metadata")
                .contains(home);
        return home.startsWith("io.flotilla.proto.")
                || home.endsWith(".rpc")
                || home.equals("io.flotilla.model.wire")
                || (adapterPackage && outermostName(type).startsWith("Grpc"))
                || isUnder("io.flotilla.server", type)
                || isWiring(type);
    }

    private static boolean touchesFiles(JavaClass type) {
        String home = type.getPackageName();
        return home.startsWith("java.nio.file")
                || home.startsWith("java.nio.channels")
                || (home.equals("java.io") && FILE_CLASSES.contains(type.getSimpleName()));
    }

    private static boolean isProcess(JavaClass type) {
        return Stream.of("server", "cli", "chaos", "bench").anyMatch(root -> isUnder("io.flotilla." + root, type));
    }

    private static boolean isWiring(JavaClass type) {
        return outermostName(type).endsWith("Wiring");
    }

    private static boolean isUnder(String root, JavaClass type) {
        return (type.getPackageName() + ".").startsWith(root + ".");
    }

    private static boolean startsThreads(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        boolean created = access.getTarget().getName().equals("<init>");
        return owner.getName().equals("java.util.concurrent.Executors")
                || (created && owner.isAssignableTo(Thread.class))
                || (created && owner.isAssignableTo(Executor.class) && isForeign(owner))
                || (created && owner.getName().equals("java.util.Timer"))
                || (created && owner.isAssignableTo("io.netty.channel.EventLoopGroup"))
                || isMember(access, "java.lang.Thread", Set.of("ofPlatform", "ofVirtual", "startVirtualThread"))
                || isMember(access, "java.util.concurrent.ForkJoinPool", Set.of("commonPool"))
                || usesTheCommonPool(access);
    }

    private static boolean isForeign(JavaClass type) {
        return !type.getPackageName().startsWith("io.flotilla.");
    }

    /** The asynchronous methods of CompletableFuture without an executor run on a pool that nobody sized or closes. */
    private static boolean usesTheCommonPool(JavaAccess<?> access) {
        return access.getTargetOwner().getName().equals("java.util.concurrent.CompletableFuture")
                && access.getTarget().getName().endsWith("Async")
                && !access.getTarget().getFullName().contains("java.util.concurrent.Executor");
    }

    private static boolean readsTheClock(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return isMember(access, "java.lang.System", Set.of("currentTimeMillis", "nanoTime"))
                || (owner.startsWith("java.time.") && name.equals("now"))
                || (owner.equals("java.time.Clock") && (name.startsWith("system") || name.startsWith("tick")))
                || access.getTarget().getFullName().equals("java.util.Date.<init>()")
                || isMember(access, "java.util.Calendar", Set.of("getInstance"));
    }

    private static String outermostName(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }
}
