package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigCommandTest {
    @TempDir
    Path folder;

    @Test
    void aGoodFileIsSaidToBeGoodAndWhatHasNoEffectIsSaidToo() throws IOException {
        Path file = Files.writeString(folder.resolve("server.properties"), """
                process.roles=broker
                node.id=4
                cluster.id=test
                controller.quorum.bootstrap.servers=a:9093
                metadata.log.dir=/quorum
                log.dirs=/data
                """);
        StringWriter console = new StringWriter();
        CommandLine flotilla = Main.commandLine();
        // Like the real console, it shows nothing that was not flushed.
        flotilla.setOut(new PrintWriter(new BufferedWriter(console)));

        assertThat(flotilla.execute("config", "check", file.toString())).isZero();
        assertThat(console.toString())
                .contains("is good: node 4 of cluster test", "metadata.log.dir has no effect on a node that is only a");
    }
}
