package io.flotilla.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the import rules and the purity rules over the main classes of all modules. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = House.mainClasses();

    /** The packages of ARCHITECTURE.md; a rule about an empty one would hold of nothing. */
    private static final List<String> EXPECTED = List.of(
            "io.flotilla.proto.v1",
            "io.flotilla.proto.internal.v1",
            "io.flotilla.model.id",
            "io.flotilla.model.record",
            "io.flotilla.model.image",
            "io.flotilla.model.delta",
            "io.flotilla.model.error",
            "io.flotilla.model.time",
            "io.flotilla.model.disk",
            "io.flotilla.model.call",
            "io.flotilla.model.wire",
            "io.flotilla.quorum.log",
            "io.flotilla.quorum.command",
            "io.flotilla.quorum.placement",
            "io.flotilla.quorum.liveness",
            "io.flotilla.quorum.raft",
            "io.flotilla.quorum.feed",
            "io.flotilla.quorum.rpc",
            "io.flotilla.broker.rpc",
            "io.flotilla.broker.partition",
            "io.flotilla.broker.isr",
            "io.flotilla.broker.group",
            "io.flotilla.broker.group.assignor",
            "io.flotilla.broker.coordinator",
            "io.flotilla.broker.log",
            "io.flotilla.broker.log.disk",
            "io.flotilla.broker.fetcher",
            "io.flotilla.broker.metadata",
            "io.flotilla.broker.registration",
            "io.flotilla.client",
            "io.flotilla.client.internal.batch",
            "io.flotilla.client.internal.fetch",
            "io.flotilla.client.internal.group",
            "io.flotilla.client.internal.routing",
            "io.flotilla.client.internal.rpc",
            "io.flotilla.server",
            "io.flotilla.cli");

    @Test
    void everyPackageWithSourcesIsScanned() {
        List<String> written = House.javaSources().stream()
                .filter(source -> source.isMain() && !source.isPackageInfo())
                .map(JavaSource::packageName)
                .distinct()
                .toList();
        assertThat(House.packagesOf(CLASSES))
                .contains("io.flotilla.proto.v1", "io.flotilla.proto.internal.v1")
                .containsAll(written);
    }

    /** Arms itself with the two processes: before they are wired, packages are still being born. */
    @Test
    void everyExpectedPackageHasClasses() {
        List<String> packages = House.packagesOf(CLASSES);
        assumeTrue(packages.contains("io.flotilla.server") && packages.contains("io.flotilla.cli"));
        assertThat(packages).containsAll(EXPECTED);
    }

    @Test
    void everyModuleHasAnArtifactToScan() {
        assertThat(House.modules())
                .extracting(Path::getFileName)
                .extracting(Path::toString)
                .contains(
                        "proto",
                        "model",
                        "metadata-quorum",
                        "broker",
                        "client",
                        "server",
                        "cli",
                        "bench",
                        "chaos-tests");
    }

    @Test
    void packagesAreFreeOfCycles() {
        ImportRules.NO_PACKAGE_CYCLES.check(CLASSES);
    }

    @Test
    void everyClassLivesUnderAKnownRoot() {
        ImportRules.KNOWN_ROOTS.check(CLASSES);
    }

    @Test
    void modulesPointDown() {
        ImportRules.MODULES_POINT_DOWN.check(CLASSES);
    }

    @Test
    void onePackageImportsRatis() {
        ImportRules.RATIS_IN_ONE_PACKAGE.check(CLASSES);
    }

    @Test
    void grpcStaysAtTheEdge() {
        ImportRules.GRPC_AT_THE_EDGE.check(CLASSES);
    }

    @Test
    void filesStayBehindTheDiskPort() {
        ImportRules.FILES_BEHIND_THE_DISK_PORT.check(CLASSES);
    }

    @Test
    void threadsComeFromWiring() {
        ImportRules.THREADS_FROM_WIRING.check(CLASSES);
    }

    @Test
    void timeComesFromTheClockPort() {
        ImportRules.TIME_FROM_THE_CLOCK_PORT.check(CLASSES);
    }

    @Test
    void generatedTypesStayOutOfStateAndLogs() {
        ImportRules.GENERATED_TYPES_STAY_OUT.check(CLASSES);
    }

    @Test
    void onlyTheCommandPrints() {
        ImportRules.CONSOLE_FOR_THE_COMMAND.check(CLASSES);
    }

    @Test
    void pureCodeSpeaksThePureVocabulary() {
        PurityRules.PURE_VOCABULARY.check(CLASSES);
    }

    @Test
    void pureCodeHasNoLockedMethods() {
        PurityRules.NO_LOCKED_METHODS.check(CLASSES);
    }

    @Test
    void pureCodeDrawsNoChance() {
        PurityRules.NO_CHANCE.check(CLASSES);
    }

    @Test
    void pureCodeKeepsItsCollectionsInOrder() {
        PurityRules.NO_HASH_ORDER.check(CLASSES);
    }
}
