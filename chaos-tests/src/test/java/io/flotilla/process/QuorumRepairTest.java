package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.QuorumAdmin.Patience;
import io.flotilla.client.QuorumDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Controllers lose their disks: one of three, then two of three, while brokers go on and records are sent. */
@Tag("process")
class QuorumRepairTest {
    private static final int RECORDS = 500;
    private static final int REFUSED = 1;
    private static final Duration CHANGE = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofRoles(3, 2);

    @Test
    void aVoterThatLostItsDiskIsReplacedThenALostMajorityIsRecovered() throws IOException {
        CLUSTER.createTopic("carried", 2, 2);
        CLUSTER.awaitVotersInSync();
        try (AckedLoad load = AckedLoad.on(CLUSTER, "carried")) {
            load.awaitMore(RECORDS);
            replaceTheDiskOf(3);
            load.awaitMore(RECORDS);
            loseAllBut(3);
            load.awaitMore(RECORDS);
            load.end();
            AckedLoad.Verdict verdict = load.judge();
            assertThat(verdict.failures()).isEmpty();
            assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        }
        assertThat(CLUSTER.awaitEqualReplicas("carried")).hasSize(4);
    }

    private static void replaceTheDiskOf(int id) throws IOException {
        CLUSTER.node(id).kill();
        empty(id);
        refusesToFoundAgain(id);
        NodeProcess joining = CLUSTER.joining(id);
        joining.start();
        assertThat(joining.awaitExit(CHANGE)).isEqualTo(REFUSED);
        assertThat(joining.output()).contains("is still a voter", "remove-controller --controller-id " + id);

        CLUSTER.admin().quorum().removeController(id, Patience.of(CHANGE));
        joining.start();
        add(id);
        assertThat(voters()).containsExactly(1, 2, 3);
    }

    /** Its file says that it founds the quorum, as it did; the others have met it. */
    private static void refusesToFoundAgain(int id) {
        Map<String, String> properties = CLUSTER.node(id).properties();
        properties.put("controller.quorum.bootstrap.servers", CLUSTER.internal(1) + "," + CLUSTER.internal(2));
        try (NodeProcess founder = new NodeProcess(CLUSTER.folder().resolve("founder-again"), properties)) {
            founder.start();
            assertThat(founder.awaitExit(CHANGE)).isEqualTo(REFUSED);
            assertThat(founder.output())
                    .contains("has been part of this cluster", "remove-controller --controller-id " + id);
        }
    }

    private static void loseAllBut(int survivor) throws IOException {
        CLUSTER.createTopic("before-the-loss", 1, 2);
        CLUSTER.awaitVotersInSync();
        Path directory = Path.of(CLUSTER.node(survivor).property("metadata.log.dir"));
        assertThat(recover(directory).output()).contains("in use by another process");
        for (int id : List.of(1, 2, 3)) {
            CLUSTER.node(id).kill();
        }
        for (int id : List.of(1, 2)) {
            empty(id);
        }

        Command found = recover(directory);
        assertThat(found.code()).as(found.output()).isZero();
        assertThat(found.output()).contains("LastIndex:", "Nothing was changed");
        Command recovered = recover(directory, "--accept-data-loss");
        assertThat(recovered.code()).as(recovered.output()).isZero();
        assertThat(recovered.output()).contains("is the only voter of a new quorum");
        assertThat(directory.resolve("raft.before-recovery-1")).isDirectory();
        assertThat(recover(directory, "--accept-data-loss").output()).contains("nothing was changed");

        CLUSTER.node(survivor).start();
        CLUSTER.createTopic("after-the-loss", 1, 2);
        assertThat(CLUSTER.admin().listTopics()).contains("carried", "before-the-loss", "after-the-loss");
        assertThat(voters()).containsExactly(survivor);
        for (int id : List.of(1, 2)) {
            CLUSTER.joining(id).start();
            add(id);
        }
        assertThat(voters()).containsExactly(1, 2, 3);
        CLUSTER.awaitFullIsr();
        assertThat(CLUSTER.node(4).output()).contains("begins a new history");
    }

    private static Command recover(Path directory, String... more) {
        List<String> args =
                new ArrayList<>(List.of("metadata-quorum", "recover", "--metadata-dir", directory.toString()));
        args.addAll(List.of(more));
        return Command.run(args.toArray(String[]::new));
    }

    private static void empty(int id) throws IOException {
        Path home = Path.of(CLUSTER.node(id).property("metadata.log.dir"));
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void add(int id) {
        Await.until(
                "node " + id + " is added",
                CHANGE,
                () -> CLUSTER.admin()
                        .quorum()
                        .addController(id, CLUSTER.internal(id), Patience.of(CHANGE))
                        .voters()
                        .contains(id));
    }

    private static List<Integer> voters() {
        return CLUSTER.admin().describeQuorum().voters().stream()
                .map(QuorumDescription.Node::id)
                .sorted()
                .toList();
    }
}
