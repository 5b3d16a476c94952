package io.flotilla.bench.drive;

import picocli.CommandLine.Command;

/** The load generators; the workloads start them, each in a process of its own. */
@Command(
        name = "drive",
        hidden = true,
        description = "Run one load generator against a running cluster.",
        subcommands = {
            ProduceCommand.class,
            ConsumeCommand.class,
            AckGapCommand.class,
            FirstAckCommand.class,
            LeaderCommand.class,
            AskCommand.class,
            ManyCommand.class,
            GroupMemberCommand.class,
            SteadyLoadCommand.class,
        })
public final class DriveCommand {}
