package io.flotilla.broker.group;

import io.flotilla.broker.group.Decision.Answer;
import io.flotilla.broker.group.Decision.Given;
import io.flotilla.broker.group.Decision.Refused;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Members, topics, a coordinator and its log, in which everything that may happen happens as a seed draws it. */
final class ModelWorld {
    static final List<String> GROUPS = List.of("g1", "g2");
    private static final List<Subscription> SUBSCRIPTIONS =
            List.of(Story.names("t1"), Story.names("t1", "t2"), Story.matching("t.*"), Story.names("t2", "missing"));
    private static final int REBALANCE_TIMEOUT_MS = 20_000;

    final Random random;
    final ClusterTopics topics = new ClusterTopics().create("t1", 4).create("t2", 2);
    final List<ModelMember> members = new ArrayList<>();
    final ModelChecks checks = new ModelChecks(this);
    final ModelShell shell;
    GroupCore core;
    private final GroupSettings settings = GroupSettings.defaults();
    private final List<StreamOfMember> unnoticedBreaks = new ArrayList<>();
    private long nowMs = 5_000;
    private long connections;
    private int ids;
    private int topicsMade = 2;
    /** Offsets to commit only ever rise, so that a larger one is a later one. */
    long lastOffset;

    ModelWorld(long seed) {
        random = new Random(seed);
        shell = new ModelShell(settings);
        core = new GroupCore(settings, Story.assignors());
        take(core.loaded(topics.view(), now()));
    }

    Now now() {
        return new Now(TimeUnit.MILLISECONDS.toNanos(nowMs), nowMs);
    }

    void happen() {
        switch (random.nextInt(48)) {
            case 0 -> newMember();
            case 1 -> pick().ifPresent(this::breakStream);
            case 2, 3 -> noticeBreak();
            case 4, 5, 6, 7 -> pick().filter(member -> !member.isConnected()).ifPresent(this::sayHello);
            case 8 -> pick().ifPresent(member -> member.frozen = random.nextInt(4) == 0);
            case 9, 10 -> pick().filter(member -> !member.frozen).ifPresent(this::beat);
            case 11, 12, 13, 14, 15, 16 -> pick().ifPresent(this::commitSome);
            case 17 -> pass(random.nextInt(10) == 0 ? 3_000 : random.nextInt(400));
            case 18, 19, 20 -> shell.commit(1 + random.nextInt(6));
            case 21, 22, 23 -> tick();
            case 24 -> rarely();
            case 25, 26, 27 -> shell.commitAll();
            case 28, 29, 30, 31, 32, 33, 34, 35 -> pick().ifPresent(this::deliver);
            default -> pick().filter(member -> !member.frozen).ifPresent(member -> member.step(topics));
        }
        checks.run();
    }

    private void rarely() {
        switch (random.nextInt(10)) {
            case 0, 1 -> failOver();
            case 2 -> changeTopics();
            case 3 -> pick().filter(ModelMember::isConnected).ifPresent(this::leave);
            case 4 -> pick().ifPresent(this::restart);
            case 5 -> pick().ifPresent(this::changeSubscription);
            case 6 -> administer();
            case 7 -> pass(11_000);
            default -> newMember();
        }
    }

    /** Nothing bad happens any more; answers how many rounds of half a second it took until nothing happened at all. */
    int calm(int roundsMax) {
        members.forEach(member -> member.frozen = false);
        int quiet = 0;
        for (int round = 0; round < roundsMax; round++) {
            boolean moved = false;
            for (ModelMember member : living()) {
                if (!member.isConnected()) {
                    sayHello(member);
                    moved = true;
                }
                while (member.step(topics)) {
                    moved = true;
                }
                beat(member);
                while (!member.outbox.isEmpty()) {
                    deliver(member);
                }
            }
            while (!unnoticedBreaks.isEmpty()) {
                noticeBreak();
            }
            pass(500);
            tick();
            shell.commitAll();
            checks.run();
            quiet = moved || !checks.settled() ? 0 : quiet + 1;
            if (quiet > 2) {
                return round;
            }
        }
        return roundsMax;
    }

    List<ModelMember> living() {
        return members.stream().filter(member -> !member.over).toList();
    }

    private Optional<ModelMember> pick() {
        List<ModelMember> living = living();
        return living.isEmpty() ? Optional.empty() : Optional.of(living.get(random.nextInt(living.size())));
    }

    private void newMember() {
        if (living().size() >= 7) {
            return;
        }
        ModelMember member = new ModelMember(
                GROUPS.get(random.nextInt(GROUPS.size())),
                "m" + ids++,
                random.nextInt(3) == 0 ? Optional.of("i" + random.nextInt(2)) : Optional.empty(),
                SUBSCRIPTIONS.get(random.nextInt(SUBSCRIPTIONS.size())));
        members.add(member);
        sayHello(member);
    }

    private void sayHello(ModelMember member) {
        member.connection = connections++;
        long connection = member.connection;
        Hello hello = new Hello(
                member.group,
                member.id,
                member.epoch,
                member.instance,
                Optional.empty(),
                member.subscription,
                "",
                0,
                REBALANCE_TIMEOUT_MS,
                member.epoch == 0 ? List.of() : member.named(),
                new Hello.Peer(connection, "c", "h"));
        take(core.hello(hello, now()), answer -> {
            if (member.connection != connection) {
                return;
            }
            if (answer instanceof Given<Assignment> given) {
                receive(member, given.value());
            } else if (answer instanceof Refused<Assignment> refused) {
                if (refused.error().code() == ErrorCode.UNRELEASED_INSTANCE_ID) {
                    member.loseStream();
                    member.over = true;
                } else {
                    member.loseEverything();
                }
            }
        });
    }

    private void breakStream(ModelMember member) {
        if (member.isConnected()) {
            unnoticedBreaks.add(member.stream());
            member.loseStream();
        }
    }

    private void noticeBreak() {
        if (!unnoticedBreaks.isEmpty()) {
            core.disconnected(unnoticedBreaks.remove(random.nextInt(unnoticedBreaks.size())), now());
        }
    }

    private void leave(ModelMember member) {
        take(core.leave(member.stream(), random.nextBoolean(), now()), answer -> {});
        member.loseEverything();
        member.over = true;
    }

    /** The process dies, and another one takes its place: a static one with its instance id. */
    private void restart(ModelMember member) {
        breakStream(member);
        member.over = true;
        member.owned.clear();
        ModelMember anew = new ModelMember(member.group, "m" + ids++, member.instance, member.subscription);
        members.add(anew);
        noticeBreak();
        sayHello(anew);
    }

    private void changeSubscription(ModelMember member) {
        member.subscription = SUBSCRIPTIONS.get(random.nextInt(SUBSCRIPTIONS.size()));
        if (member.isConnected()) {
            member.outbox.add(new Heartbeat(member.stream(), Optional.empty(), Optional.of(member.subscription)));
        }
    }

    private void beat(ModelMember member) {
        if (member.isConnected()) {
            member.outbox.add(new Heartbeat(
                    member.stream(),
                    random.nextBoolean() ? Optional.of(member.named()) : Optional.empty(),
                    Optional.empty()));
        }
    }

    private void deliver(ModelMember member) {
        if (member.outbox.isEmpty()) {
            return;
        }
        Heartbeat heartbeat = member.outbox.remove();
        take(core.heartbeat(heartbeat, now()), answer -> {
            if (answer instanceof Refused<Integer>
                    && member.isConnected()
                    && member.stream().equals(heartbeat.stream())) {
                member.loseEverything();
            }
        });
    }

    /** Commits in the epoch that the member knows, or in another one. */
    private void commitSome(ModelMember member) {
        int epoch = random.nextInt(4) == 0 ? Math.max(0, member.epoch - 1 - random.nextInt(2)) : member.epoch;
        SortedSet<PartitionId> some = new TreeSet<>(member.owned);
        if (random.nextInt(4) == 0) {
            topics.named("t1").ifPresent(topic -> some.add(new PartitionId(topic.id(), random.nextInt(4))));
        }
        if (some.isEmpty()) {
            return;
        }
        List<OffsetCommit.Entry> entries = new ArrayList<>();
        for (PartitionId partition : some) {
            entries.add(new OffsetCommit.Entry(
                    new NamedTopic("", Optional.of(partition.topic())),
                    partition.partition(),
                    OptionalLong.of(++lastOffset),
                    OptionalInt.empty(),
                    ""));
        }
        OffsetCommit commit = new OffsetCommit(member.group, member.id, epoch, entries);
        checks.committing(commit);
        take(core.commit(commit, now()), answer -> checks.committed(commit, answer));
        checks.decided(commit);
    }

    private void administer() {
        String group = GROUPS.get(random.nextInt(GROUPS.size()));
        Decision<Decision.Nothing> decision = core.delete(group);
        if (decision.answer() instanceof Given) {
            checks.erased(group);
        }
        take(decision);
    }

    private void changeTopics() {
        List<String> names = topics.names();
        String name = names.isEmpty() ? "" : names.get(random.nextInt(names.size()));
        switch (random.nextInt(4)) {
            case 0 -> topics.create("t" + ++topicsMade, 1 + random.nextInt(3));
            case 1 -> names.stream().findFirst().ifPresent(topic -> topics.extend(topic, 5));
            case 2 -> {
                if (names.size() > 1) {
                    topics.delete(name);
                }
            }
            default -> {
                if (topics.named("t1").isEmpty()) {
                    topics.create("t1", 4);
                }
            }
        }
        take(core.topicsChanged(topics.view(), now()));
    }

    private void failOver() {
        members.forEach(ModelMember::loseStream);
        unnoticedBreaks.clear();
        core = shell.failOver(random);
        checks.failedOver();
        take(core.loaded(topics.view(), now()));
    }

    private void pass(long ms) {
        nowMs += ms;
    }

    private void tick() {
        if (core.nextDeadlineNanos() <= now().nanos()) {
            take(core.tick(now()));
        }
    }

    private void receive(ModelMember member, Assignment assignment) {
        checks.told(member, assignment);
        member.inbox.add(assignment);
    }

    private <R> void take(Decision<R> decision) {
        take(decision, answer -> {});
    }

    private <R> void take(Decision<R> decision, Consumer<Answer<R>> answered) {
        shell.take(
                decision,
                answered,
                push -> members.stream()
                        .filter(member -> member.connection == push.connection())
                        .forEach(member -> {
                            if (push instanceof Push.Assigned assigned) {
                                receive(member, assigned.assignment());
                            } else {
                                member.loseEverything();
                            }
                        }));
    }

    /** The groups that exist, described. */
    Map<String, GroupDescription> described() {
        Map<String, GroupDescription> described = new TreeMap<>();
        for (String group : GROUPS) {
            if (core.describe(group).answer() instanceof Given<GroupDescription> given) {
                described.put(group, given.value());
            }
        }
        return described;
    }
}
