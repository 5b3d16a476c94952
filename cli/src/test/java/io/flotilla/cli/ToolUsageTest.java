package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Options that do not go together are refused with code 2, before any broker is asked. */
class ToolUsageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    consumer-groups                                                      | --list
                    consumer-groups --describe                                           | --group
                    consumer-groups --list --describe                                    | --describe
                    consumer-groups --list --group a                                     | --list takes no --group
                    consumer-groups --describe --group a --all-groups                    | exclude each other
                    consumer-groups --describe --group a --members --state               | only one of
                    consumer-groups --delete --group a --verbose                         | go with --describe
                    consumer-groups --list --state Happy                                 | 'Happy' is none of
                    consumer-groups --delete --group a --execute                         | --reset-offsets
                    consumer-groups --reset-offsets --group a --all-topics               | needs one of --to-earliest
                    consumer-groups --reset-offsets --group a --to-earliest              | --topic
                    consumer-groups --reset-offsets --group a --to-earliest --to-latest --all-topics | exclusive
                    consumer-groups --reset-offsets --group a --to-latest --topic t --all-topics | exclude each other
                    consumer-groups --reset-offsets --group a --to-latest --topic t --dry-run --execute | exclude
                    consumer-groups --reset-offsets --group a --from-file f --topic t    | names the partitions itself
                    consumer-groups --reset-offsets --group a --by-duration 5 --topic t  | --by-duration
                    consumer-groups --delete-offsets --group a                           | --topic
                    get-offsets --time yesterday                                         | 'yesterday' is none of
                    get-offsets --topic a --topic-partitions b                           | exclusive
                    get-offsets --topic-partitions b --partitions 1              | --partitions goes with --topic
                    producer-perf-test --topic t --num-records 10                        | --record-size
                    producer-perf-test --topic t --num-records 0 --record-size 1         | not above 0
                    producer-perf-test --topic t --num-records 1 --record-size -1        | is negative
                    producer-perf-test --topic t --num-records 9 --record-size 1 --warmup-records 9 | below --num
                    consumer-perf-test --topic t                                         | --messages
                    verifiable-producer                                                  | --topic
                    verifiable-consumer --topic t                                        | --group-id
                    console-consumer                                                     | --topic
                    console-consumer --topic t --include t                               | exclusive
                    console-consumer --topic t --offset 5                        | --offset goes with --partition
                    console-consumer --topic t --isolation-level serializable            | is neither read_uncommitted
                    console-consumer --topic t --partition 0 --group g                   | exclude each other
                    console-consumer --topic t --partition 0 --offset first              | neither earliest
                    console-consumer --topic t --partition 0 --offset 1 --from-beginning | exclude each other
                    """)
    void whatDoesNotGoTogetherIsRefused(String command, String message) {
        StringWriter err = new StringWriter();
        CommandLine flotilla = Main.commandLine();
        flotilla.setErr(new PrintWriter(err));
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("--bootstrap-server", "127.0.0.1:1"));

        assertThat(flotilla.execute(words.toArray(String[]::new)))
                .as(err.toString())
                .isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void everyToolHasAHelpAndIsCompletedByBash() {
        String script = AutoComplete.bash("flotilla", Main.commandLine());

        assertThat(script).contains("consumer-groups", "--reset-offsets", "verifiable-consumer");
        Main.commandLine()
                .getSubcommands()
                .values()
                .forEach(tool -> assertThat(tool.getUsageMessage()).contains("Usage"));
    }
}
