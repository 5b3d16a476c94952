package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ConsumerGroupDescription;
import io.flotilla.client.ConsumerGroupState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The tools for consumer groups, as processes against a cluster, with good flags and bad ones. */
@Tag("process")
class GroupToolsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    @TempDir
    Path folder;

    @BeforeAll
    static void sendTenRecords() {
        CLUSTER.createTopic("songs", 1, 1);
        assertThat(run("verifiable-producer --topic songs --max-messages 10").code())
                .isZero();
    }

    @Test
    void aGroupGoesOnBehindWhatWasPrinted() {
        Command first = run("console-consumer --topic songs --group printers --from-beginning --max-messages 4");
        assertThat(first.output().lines())
                .contains("0", "3", "Processed a total of 4 messages")
                .doesNotContain("4");
        Command second = run("console-consumer --include so.* --group printers --max-messages 6");
        assertThat(second.output().lines()).contains("4", "9").doesNotContain("3");

        assertThat(run("consumer-groups --list").output().lines()).contains("GROUP", "printers");
        assertThat(run("consumer-groups --list --state Empty --output json").output())
                .contains("\"group\" : \"printers\"", "\"state\" : \"Empty\"");
        Command described = run("consumer-groups --describe --group printers");
        assertThat(described.code()).isZero();
        assertThat(described.output())
                .contains("group 'printers' has no active members")
                .containsPattern(
                        "GROUP +TOPIC +PARTITION +CURRENT-OFFSET +LOG-END-OFFSET +LAG +CONSUMER-ID +HOST +CLIENT-ID")
                .containsPattern("printers +songs +0 +10 +10 +0 +- +- +-");
        assertThat(run("consumer-groups --describe --all-groups --output json").output())
                .contains("\"currentOffset\" : 10", "\"lag\" : 0");
        assertThat(run("consumer-groups --describe --group printers --state").output())
                .containsPattern("GROUP +COORDINATOR \\(ID\\) +ASSIGNMENT-STRATEGY +STATE +#MEMBERS")
                .containsPattern("printers .*Empty +0");
    }

    @Test
    void offsetsAreSetWhenThatIsMeant() throws IOException {
        assertThat(run("consumer-groups --reset-offsets --group movers --to-offset 7 --topic songs:0 --execute")
                        .code())
                .isZero();
        Command dry = run("consumer-groups --reset-offsets --group movers --shift-by -3 --all-topics");
        assertThat(dry.output()).containsPattern("movers +songs +0 +4").contains("nothing was changed");
        assertThat(lag("movers")).isEqualTo(3);
        for (String scenario : List.of(
                "--to-earliest 10",
                "--to-latest 0",
                "--to-offset=2 8",
                "--shift-by=-1 9",
                "--shift-by=100 0",
                "--to-datetime=2000-01-01T00:00:00.000 10",
                "--by-duration=PT0S 0",
                "--to-current 0")) {
            String option = scenario.split(" ")[0];
            Command reset = run("consumer-groups --reset-offsets --group movers --all-topics --execute " + option);
            assertThat(reset.code()).as(reset.output()).isZero();
            assertThat(lag("movers")).as(option).isEqualTo(Long.parseLong(scenario.split(" ")[1]));
        }

        Command exported = run("consumer-groups --reset-offsets --group movers --to-offset 5 --all-topics --export");
        Path file = folder.resolve("offsets.csv");
        Files.writeString(file, exported.output().lines().findFirst().orElseThrow());
        assertThat(run("consumer-groups --reset-offsets --group others --execute --output json --from-file " + file)
                        .output())
                .contains("\"newOffset\" : 5");
        assertThat(lag("others")).isEqualTo(5);

        assertThat(run("consumer-groups --delete-offsets --group others --topic songs")
                        .output())
                .contains("songs-0", "forgotten");
        Command unknown = run("consumer-groups --reset-offsets --group movers --to-latest --topic songs:9");
        assertThat(unknown.code()).isOne();
        assertThat(unknown.output()).contains("no partition 9");
        assertThat(run("consumer-groups --reset-offsets --group movers --to-latest")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void aLivingGroupIsDescribedAndLeftAlone() {
        Process member = Command.start(on("verifiable-consumer", "--topic", "songs", "--group-id", "living"));
        try {
            Await.nothingLacks(
                    PATIENCE,
                    () -> describe("living").members().stream()
                                    .anyMatch(known -> known.assigned().size() == 1)
                            ? ""
                            : "the member has no partition");
            assertThat(run("consumer-groups --describe --group living --members --verbose")
                            .output())
                    .containsPattern("GROUP +CONSUMER-ID +GROUP-INSTANCE-ID +HOST +CLIENT-ID +#PARTITIONS")
                    .contains("songs:0");
            assertThat(run("consumer-groups --describe --group living --members --output json")
                            .output())
                    .contains("\"connected\" : true");
            Command reset = run("consumer-groups --reset-offsets --group living --to-latest --all-topics --execute");
            assertThat(reset.code()).isOne();
            assertThat(reset.output()).contains("inactive");
            Command deleted = run("consumer-groups --delete --group living");
            assertThat(deleted.code()).isOne();
            assertThat(deleted.output()).contains("NON_EMPTY_GROUP");
        } finally {
            member.toHandle().destroy(); // unlike the process itself, leaves its output to be read
        }
        Command told = Command.end(member);
        assertThat(told.output())
                .contains("partitions_assigned", "records_consumed", "\"minOffset\":0,\"maxOffset\":9")
                .contains("offsets_committed", "\"success\":true", "partitions_revoked", "shutdown_complete");
        Await.nothingLacks(
                PATIENCE, () -> describe("living").state() == ConsumerGroupState.EMPTY ? "" : "it still has members");
        Command deleted = run("consumer-groups --delete --group living --group nobody");
        assertThat(deleted.code()).isOne();
        assertThat(deleted.output()).containsPattern("living +deleted").containsPattern("nobody +GROUP_ID_NOT_FOUND");
        assertThat(run("consumer-groups --describe --group living").code()).isOne();
    }

    @Test
    void aGroupIsMeasured() {
        Command read = run("consumer-perf-test --topic songs --messages 10 --group measured --show-detailed-stats");
        assertThat(read.code()).isZero();
        assertThat(read.output())
                .contains("time, threadId, data.consumed.in.MB")
                .contains(", 10, ");
    }

    private static long lag(String group) {
        return 10 - describe(group).offsets().values().iterator().next().offset();
    }

    private static ConsumerGroupDescription describe(String group) {
        return CLUSTER.admin().groups().describeConsumerGroups(List.of(group)).get(0);
    }

    private static Command run(String command) {
        return Command.run(on(command.split(" ")));
    }

    private static String[] on(String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--bootstrap-server", CLUSTER.client(1)));
        return words.toArray(String[]::new);
    }
}
