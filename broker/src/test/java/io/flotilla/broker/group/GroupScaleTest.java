package io.flotilla.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.group.Decision.Given;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What takes time, in CPU time of one thread, with bounds ten times as wide as a slow machine needs. */
class GroupScaleTest {
    private final Story story = Story.begun();

    @Test
    void aMillionCommitsAreReplayed() {
        story.topics.create("big", 1_000);
        story.topicsChanged();
        List<GroupRecord> records = new ArrayList<>();
        for (int partition = 0; partition < 1_000; partition++) {
            records.addAll(story.commits("", 0, Story.offset("big", partition, partition))
                    .records());
        }
        GroupCore core = new GroupCore(GroupSettings.defaults(), Story.assignors());
        long ms = cpuMs(() -> {
            for (int round = 0; round < 1_000; round++) {
                records.forEach(core::replay);
            }
        });
        assertThat(core.snapshot()).hasSize(1_000);
        assertThat(ms).as("ms to replay 1,000,000 commits").isLessThan(10_000);
    }

    @Test
    void threeHundredGroupsOfTenMembersCostNextToNothing() {
        story.topics.create("wide", 20);
        story.topicsChanged();
        List<StreamOfMember> streams = new ArrayList<>();
        long joining = cpuMs(() -> {
            for (int group = 0; group < 300; group++) {
                for (int member = 0; member < 10; member++) {
                    streams.add(join("group" + group, "member" + member, streams.size()));
                }
            }
            story.settle();
        });
        long beating = cpuMs(() -> {
            for (int round = 0; round < 10; round++) {
                for (StreamOfMember stream : streams) {
                    story.take(story.core()
                            .heartbeat(new Heartbeat(stream, Optional.empty(), Optional.empty()), story.now()));
                }
                story.after(3_000);
            }
        });
        assertThat(((Given<List<ListedGroup>>)
                                story.core().list(Set.of(GroupState.STABLE)).answer())
                        .value())
                .hasSize(300);
        assertThat(joining).as("ms to join 3,000 members").isLessThan(10_000);
        assertThat(beating).as("ms for 30,000 heartbeats").isLessThan(5_000);
    }

    private StreamOfMember join(String group, String member, long connection) {
        Hello some = story.hello(member, 0, "wide");
        story.take(story.core()
                .hello(
                        new Hello(
                                group,
                                member,
                                0,
                                some.instanceId(),
                                some.rack(),
                                some.subscription(),
                                "",
                                0,
                                0,
                                List.of(),
                                new Hello.Peer(connection, "", "")),
                        story.now()));
        return new StreamOfMember(group, member, connection);
    }

    private static long cpuMs(Runnable work) {
        var threads = ManagementFactory.getThreadMXBean();
        long began = threads.getCurrentThreadCpuTime();
        work.run();
        long ms = TimeUnit.NANOSECONDS.toMillis(threads.getCurrentThreadCpuTime() - began);
        System.getLogger("groups").log(System.Logger.Level.INFO, "{0} ms of CPU", ms);
        return ms;
    }
}
