package io.flotilla.broker.partition;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.FollowerState;
import io.flotilla.broker.isr.LeaderStart;
import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.log.CorruptLogException;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.log.StoredCheck;
import io.flotilla.broker.log.SyncTicket;
import io.flotilla.broker.partition.PartitionStatus.Role;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.image.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The loop's side of a partition: changes duties as metadata says, has the log synced, and takes the partition offline
 * when its log fails. Loop thread only.
 */
final class PartitionWork implements LoopMember {
    private final PartitionConfig config;
    private final PartitionLog log;
    private final Site site;
    private final Suspicions suspicions;
    private final LogSyncs syncs;
    private Duty duty;
    /** The log was found damaged in this run: what it holds above the damage is still in memory. */
    private boolean damagedHere;
    /** Files of what was given up are being put aside. */
    private boolean settingAside;
    /** The log's start when that was last begun: where the disk is full, the directory tries again. */
    private long asideStart = -1;
    /** Wait for the sync under way, and for files being put aside: both still write to the log's folder. */
    private final List<Runnable> onStopped = new ArrayList<>();

    private volatile PartitionStatus status;

    PartitionWork(PartitionConfig config, TopicBounds bounds) {
        this.config = config;
        this.log = config.log();
        this.suspicions = new Suspicions(config);
        this.site = new Site(config, bounds, this, this::suspect);
        this.syncs = new LogSyncs(config, site, this::onSynced);
        long highWatermark = Math.max(log.logStart(), Math.min(log.highWatermark(), log.logEnd()));
        FlotillaError unassigned =
                site.refusals().notLeader(PartitionState.NO_LEADER, Partition.ANY_EPOCH, Outcome.NOT_APPLIED);
        this.duty = new Idle(Role.IDLE, Partition.ANY_EPOCH, highWatermark, unassigned);
        this.status = duty.status();
        log.onCorruption(found -> config.loop().execute(() -> suspect(found.offset())));
        log.compaction().onReady(() -> config.loop().execute(() -> guard(log::adoptCleaned)));
    }

    /** Any thread. */
    PartitionStatus status() {
        return status;
    }

    /** Lets the present duty act; a failure of the log takes the partition offline. */
    void act(Consumer<Duty> action) {
        guard(() -> action.accept(duty));
    }

    void append(AppendRequest request, AppendCallback callback) {
        if (!(duty instanceof Leading)) {
            site.refused().note(request.batches());
        }
        act(present -> present.append(request, callback));
    }

    /** Notes that a batch never reached the loop. Any thread. */
    void refusedAtTheDoor(AppendRequest request) {
        site.refused().note(request.batches());
    }

    PartitionLog log() {
        return log;
    }

    /** Looks for what is too old or too much, and has the loop give it up. Any thread. */
    void retain() {
        PartitionStatus seen = status;
        boolean may = seen.role() == Role.LEADER && log.damage() == null;
        if (may
                && log.retainedStart(
                                seen.highWatermark(), config.ports().clock().wallMs())
                        > seen.logStart()) {
            config.loop().execute(() -> act(Duty::retain));
        }
    }

    /** The leadership under way, for checks of a simulator; loop thread only. */
    Optional<LeaderState> leadership() {
        return duty instanceof Leading leading ? Optional.of(leading.state()) : Optional.empty();
    }

    // ---- metadata ------------------------------------------------------------------------------------------------

    void lead(CommittedPartition committed, long ownBrokerEpoch) {
        if (isOver() || isBehind(committed.leaderEpoch())) {
            return;
        }
        if (committed.leaderEpoch() == duty.leaderEpoch()) { // an epoch is led once: rounds and sessions count on it
            if (duty instanceof Leading leading) {
                guard(() -> leading.onMetadata(committed));
            }
            return;
        }
        if (damagedHere) { // until a restart has recovered what is below the damage
            duty = new Idle(Role.IDLE, committed.leaderEpoch(), duty.highWatermark(), duty.refusal());
            site.touch();
            return;
        }
        guard(() -> {
            LeaderStart start = new LeaderStart(
                    config.ports().brokerId(), ownBrokerEpoch, log.logEnd(), site.reported(), duty.highWatermark());
            duty.end();
            duty = new Leading(
                    site, new LeaderState(start, committed, config.settings().isr(), site.nowNanos()));
            site.touch();
        });
    }

    void follow(FollowerAssignment assignment) {
        if (isOver() || isBehind(assignment.leaderEpoch()) || alreadyFollows(assignment)) {
            return;
        }
        guard(() -> {
            long highWatermark = duty.highWatermark();
            duty.end();
            LogDamage damage = log.damage();
            if (assignment.leaderId() == PartitionState.NO_LEADER || damage != null) {
                FlotillaError refusal = damage != null
                        ? site.refusals().damaged(damage)
                        : site.refusals()
                                .notLeader(assignment.leaderId(), assignment.leaderEpoch(), Outcome.NOT_APPLIED);
                duty = new Idle(Role.IDLE, assignment.leaderEpoch(), highWatermark, refusal);
            } else {
                FollowerState state = new FollowerState(
                        assignment.leaderEpoch(),
                        site.followerLog(),
                        config.ports().sessions(),
                        highWatermark);
                Following following = new Following(site, assignment, state);
                duty = following;
                following.ask();
            }
            site.touch();
        });
    }

    /**
     * Whether metadata of this epoch is older than what this replica has seen, in this run or by its log: a restarted
     * broker with old metadata would else cut its log to agree with a leader long deposed.
     */
    private boolean isBehind(int leaderEpoch) {
        return leaderEpoch < duty.leaderEpoch() || leaderEpoch < log.lastEpoch();
    }

    private boolean alreadyFollows(FollowerAssignment assignment) {
        return duty instanceof Following following
                && following.leaderEpoch() == assignment.leaderEpoch()
                && following.assignment().leaderId() == assignment.leaderId()
                && following.assignment().assignmentRevision() == assignment.assignmentRevision();
    }

    void configure(TopicBounds bounds) {
        site.configure(bounds);
    }

    void stop(Runnable stopped) {
        if (!isOver()) {
            duty.end();
            rest(Role.STOPPED, site.refusals().stopped());
        }
        onStopped.add(stopped);
        tellStopped();
    }

    private void tellStopped() {
        if (syncs.isBusy() || settingAside || suspicions.isBusy()) {
            return;
        }
        List<Runnable> told = List.copyOf(onStopped);
        onStopped.clear();
        told.forEach(Runnable::run);
    }

    /** Offline and stopped are for ever. */
    private boolean isOver() {
        Role role = status.role();
        return role == Role.OFFLINE || role == Role.STOPPED;
    }

    /** Does nothing more, for good; the duty before has ended. */
    private void rest(Role role, FlotillaError refusal) {
        syncs.end();
        long highWatermark = duty.highWatermark();
        int epoch = duty.leaderEpoch();
        duty = new Idle(role, epoch, highWatermark, refusal);
        status = duty.status();
    }

    // ---- turns ---------------------------------------------------------------------------------------------------

    @Override
    public void afterTurn(long nowNanos) {
        guard(() -> {
            duty.afterTurn(nowNanos);
            if (!isOver() && log.damage() == null) {
                syncs.beginIfNeeded();
            }
            setAsideIfNeeded();
            publish();
        });
    }

    @Override
    public boolean onTick(long nowNanos) {
        boolean[] again = {false};
        guard(() -> again[0] = duty.onTick(nowNanos));
        return syncs.onTick(nowNanos) | again[0];
    }

    private void publish() {
        if (isOver()) {
            return;
        }
        status = duty.status();
        if (log.highWatermark() != duty.highWatermark()) {
            log.noteHighWatermark(duty.highWatermark());
        }
    }

    // ---- durability ----------------------------------------------------------------------------------------------

    private void onSynced(SyncTicket ticket) {
        guard(() -> {
            if (syncs.complete(ticket)) {
                duty.onSynced(site.nowNanos());
            }
            site.touch();
        });
        tellStopped();
    }

    /** What the log gave up is noted, and its files put aside, where that may block. */
    private void setAsideIfNeeded() {
        long start = log.logStart();
        if (isOver()
                || settingAside
                || start == asideStart
                || start <= log.givenUp().notedStart()) {
            return;
        }
        settingAside = true;
        asideStart = start;
        config.ports().logFiles().execute(() -> {
            try {
                log.givenUp().setAside(site.nowNanos());
            } finally {
                config.loop().execute(this::onSetAside);
            }
        });
    }

    private void onSetAside() {
        settingAside = false;
        guard(log::checkOnline);
        site.touch();
        tellStopped();
    }

    // ---- trouble -------------------------------------------------------------------------------------------------

    private void guard(Runnable step) {
        try {
            step.run();
        } catch (DiskException failure) {
            goOffline(failure);
        } catch (CorruptLogException found) {
            onDamage(found.damage());
        }
    }

    /** Reads again what is stored from the offset on; what is bad there is damage. */
    private void suspect(long offset) {
        if (!isOver()) {
            suspicions.check(offset, this::onChecked);
        }
    }

    private void onChecked(StoredCheck check) {
        LogDamage damage = check.damage();
        if (damage != null && damage.offset() >= log.logStart()) { // what was given up meanwhile, nobody misses
            onDamage(damage);
        }
        tellStopped();
    }

    /** R19: nobody is served, nothing is touched, and the controller hears as soon as a restart would know, too. */
    private void onDamage(LogDamage damage) {
        if (isOver() || damagedHere) {
            return;
        }
        try {
            log.checkOnline();
        } catch (DiskException all) { // the whole directory is lost
            goOffline(all);
            return;
        }
        log.declareDamage(damage);
        damagedHere = true;
        duty.onLogFailed(new DiskException(DiskException.Kind.IO, damage.description()));
        rest(Role.IDLE, site.refusals().damaged(damage));
        suspicions.note(noted -> {
            config.ports().events().onDamaged(config.id(), noted);
            tellStopped();
        });
    }

    private void goOffline(DiskException cause) {
        if (!isOver()) {
            duty.onLogFailed(cause);
            rest(Role.OFFLINE, site.refusals().storage(Outcome.NOT_APPLIED, cause));
            config.ports().events().onOffline(config.id(), cause);
        }
    }

    /** What this epoch's leader has in its log. */
    void findBounds(int leaderEpoch, Reply<LogBounds> reply) {
        FlotillaError refusal =
                duty instanceof Leading ? site.refusals().epoch(leaderEpoch, duty.leaderEpoch()) : duty.refusal();
        if (refusal != null) {
            reply.refuse(refusal);
        } else {
            reply.answer(new LogBounds(log.logStart(), log.logEnd()));
        }
    }

    /** Bounds for a digest of the stored bytes, whatever the duty. */
    void digest(long startOffset, long endOffset, Reply<DigestRange> reply) {
        long start = startOffset < 0 ? log.logStart() : startOffset;
        long end = endOffset < 0 ? duty.highWatermark() : endOffset;
        if (isOver()) {
            reply.refuse(duty.refusal());
        } else if (start < log.logStart() || end > duty.highWatermark() || start > end) {
            reply.refuse(site.refusals()
                    .outOfRange(start < log.logStart() ? start : end, log.logStart(), duty.highWatermark()));
        } else {
            reply.answer(
                    new DigestRange(log.view(), start, end, log.compaction().isWanted()));
        }
    }
}
