package io.flotilla.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.flotilla.house.ImportRules.described;
import static io.flotilla.house.ImportRules.isMember;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;

/** What decides must be a function: the same input gives the same outcome on every node, and in the simulator. */
final class PurityRules {
    /** The packages that decide; their sub-packages too. */
    static final List<String> PURE = List.of(
            "io.flotilla.model",
            "io.flotilla.quorum.log",
            "io.flotilla.quorum.command",
            "io.flotilla.quorum.placement",
            "io.flotilla.quorum.liveness",
            "io.flotilla.broker.isr",
            "io.flotilla.broker.group");

    private static final Set<String> JAVA_BASE = Set.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke",
            "java.util",
            "java.util.function",
            "java.util.regex",
            "java.util.stream",
            "java.util.zip",
            "java.io",
            "java.math",
            "java.nio",
            "java.nio.charset",
            "java.time");

    private static final List<String> LIBRARIES = List.of("org.jspecify.", "org.pcollections.", "io.flotilla.model.");

    private static final Set<String> SHARED_STATE = Set.of(
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.lang.InheritableThreadLocal",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Runtime",
            "java.util.Timer",
            "java.util.TimerTask");

    private PurityRules() {}

    static final ArchRule PURE_VOCABULARY = classes()
            .that(describe("are pure", PurityRules::isPure))
            .should(speakOnlyThePureVocabulary())
            .because("threads, locks, futures, logs, sockets and files belong to the shell around the decisions");

    static final ArchRule NO_LOCKED_METHODS = noClasses()
            .that(describe("are pure", PurityRules::isPure))
            .should(new ArchCondition<>("have synchronized methods") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    type.getMethods().stream()
                            .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                            .forEach(method ->
                                    events.add(SimpleConditionEvent.satisfied(method, method.getDescription())));
                }
            })
            .because("a decision runs on one thread");

    static final ArchRule NO_CHANCE = noClasses()
            .that(describe("are pure", PurityRules::isPure))
            .should()
            .accessTargetWhere(described("draw chance without a seed", PurityRules::drawsChance))
            .because("ids and seeds travel in the command, so that every node decides alike");

    static final ArchRule NO_HASH_ORDER = noClasses()
            .that(describe("are pure", PurityRules::isPure))
            .should()
            .accessTargetWhere(described("build collections without an order", PurityRules::losesOrder))
            .because("their iteration order differs between JVMs: take LinkedHashMap, TreeMap, TreePMap");

    static boolean isPure(String packageName) {
        return PURE.stream().anyMatch(pure -> packageName.equals(pure) || packageName.startsWith(pure + "."));
    }

    private static boolean isPure(JavaClass type) {
        return isPure(type.getPackageName());
    }

    private static ArchCondition<JavaClass> speakOnlyThePureVocabulary() {
        return new ArchCondition<>("depend only on java.base values, the model, and what its package is made to hide") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> !maySpeak(type, dependency.getTargetClass()))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
            }
        };
    }

    private static boolean maySpeak(JavaClass speaker, JavaClass word) {
        JavaClass type = word.getBaseComponentType();
        String home = type.getPackageName();
        return type.isPrimitive()
                || home.equals(speaker.getPackageName())
                || (JAVA_BASE.contains(home) && !SHARED_STATE.contains(type.getName()))
                || type.getName().equals("java.util.concurrent.TimeUnit")
                || LIBRARIES.stream().anyMatch(home.concat(".")::startsWith)
                || isPure(home)
                || mayPersist(speaker.getPackageName(), home)
                || mayFaceTheWire(speaker.getPackageName(), type)
                || mayCompress(speaker.getPackageName(), home)
                || mayMatch(speaker.getPackageName(), home);
    }

    /** Commands and groups decide generated records, and so does the translation between records and the model. */
    private static boolean mayPersist(String speaker, String word) {
        return Set.of("io.flotilla.quorum.command", "io.flotilla.broker.group", "io.flotilla.model.wire")
                        .contains(speaker)
                && (word.startsWith("io.flotilla.proto.") || word.startsWith("com.google.protobuf"));
    }

    /**
     * Errors become gRPC statuses in one place, which also tells refused connections from other failures; and messages
     * are spliced there, through a scratch buffer per thread.
     */
    private static boolean mayFaceTheWire(String speaker, JavaClass word) {
        String home = word.getPackageName();
        return speaker.equals("io.flotilla.model.wire")
                && (home.startsWith("io.grpc")
                        || home.startsWith("com.google.rpc")
                        || word.getName().equals("java.net.ConnectException")
                        || word.getName().equals("java.lang.ThreadLocal"));
    }

    /** A codec is a function of its bytes, wherever its library is written. */
    private static boolean mayCompress(String speaker, String word) {
        return speaker.equals("io.flotilla.model.record")
                && (word.startsWith("com.github.luben.zstd")
                        || word.startsWith("net.jpountz")
                        || word.startsWith("org.xerial.snappy"));
    }

    /** A subscription's pattern is a function of names, in RE2's syntax. */
    private static boolean mayMatch(String speaker, String word) {
        return speaker.equals("io.flotilla.broker.group") && word.startsWith("com.google.re2j");
    }

    private static boolean drawsChance(JavaAccess<?> access) {
        String target = access.getTarget().getFullName();
        return isMember(access, "java.lang.Math", Set.of("random"))
                || isMember(access, "java.util.UUID", Set.of("randomUUID"))
                || isMember(access, "java.util.Collections", Set.of("shuffle")) && !target.contains("java.util.Random")
                || target.equals("java.util.Random.<init>()")
                || target.equals("java.util.SplittableRandom.<init>()");
    }

    /** Hash maps, and the immutable ones of java.util, whose order is salted in each JVM when they hold two or more. */
    private static boolean losesOrder(JavaAccess<?> access) {
        String target = access.getTarget().getFullName();
        int parameters = target.endsWith("()")
                ? 0
                : 1 + (int) target.chars().filter(c -> c == ',').count();
        boolean list = target.contains("[]") || target.contains("[L");
        return isMember(access, "java.util.HashMap", Set.of("<init>"))
                || isMember(access, "java.util.HashSet", Set.of("<init>"))
                || isMember(access, "java.util.IdentityHashMap", Set.of("<init>"))
                || access.getTargetOwner().getName().startsWith("org.pcollections.Hash")
                || isMember(access, "java.util.Map", Set.of("copyOf", "ofEntries"))
                || (isMember(access, "java.util.Map", Set.of("of")) && parameters > 2)
                || isMember(access, "java.util.Set", Set.of("copyOf"))
                || (isMember(access, "java.util.Set", Set.of("of")) && (parameters > 1 || list))
                || collectsWithoutOrder(access, parameters);
    }

    private static boolean collectsWithoutOrder(JavaAccess<?> access, int parameters) {
        String collectors = "java.util.stream.Collectors";
        return isMember(access, collectors, Set.of("toSet", "toUnmodifiableSet", "toUnmodifiableMap"))
                || (isMember(access, collectors, Set.of("toMap")) && parameters < 4)
                || (isMember(access, collectors, Set.of("groupingBy")) && parameters < 3);
    }
}
