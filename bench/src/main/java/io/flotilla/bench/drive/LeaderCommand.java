package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadAdmin;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says who leads. */
@Command(name = "leader", description = "Print the leader of partition 0 and the active controller.")
final class LeaderCommand implements Callable<Integer> {
    @Mixin
    private DriveOptions options = new DriveOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try (LoadAdmin admin = options.system.client().admin(options.bootstrap)) {
            spec.commandLine()
                    .getOut()
                    .println("leader " + admin.leaders(options.topic).get(0));
            spec.commandLine().getOut().println("controller " + admin.controller());
        }
        return 0;
    }
}
