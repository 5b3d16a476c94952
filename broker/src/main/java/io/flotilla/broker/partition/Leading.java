package io.flotilla.broker.partition;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.broker.isr.EpochVerdict;
import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.isr.ReplicaReport;
import io.flotilla.broker.isr.ReportVerdict;
import io.flotilla.broker.log.LogView;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import org.jspecify.annotations.Nullable;

/** One leadership at work. What it accepts is settled once at the end of each turn: acknowledge, answer, propose. */
final class Leading implements Duty {
    private final Site site;
    private final LeaderState state;
    private final PendingAcks acks;
    private final AppendPath appends;
    private final PendingFetches fetches;
    private final HeldFetches held;
    private final EndQuestions ends;
    private final RecordDeletions deletions;

    Leading(Site site, LeaderState state) {
        this.site = site;
        this.state = state;
        this.acks = new PendingAcks(site.settings().pendingAcksMax());
        this.appends = new AppendPath(site, state, acks);
        this.fetches = new PendingFetches(site);
        this.held = new HeldFetches(site, state);
        this.ends = new EndQuestions(site.settings().pendingFetchesMax());
        this.deletions = new RecordDeletions(site, state);
    }

    LeaderState state() {
        return state;
    }

    // ---- clients -------------------------------------------------------------------------------------------------

    @Override
    public void append(AppendRequest request, AppendCallback callback) {
        appends.append(request, callback);
    }

    @Override
    public void fetch(ParkedFetch fetch) {
        FetchQuestion question = fetch.question();
        FlotillaError epoch = site.refusals().epoch(question.leaderEpoch(), state.leaderEpoch());
        if (epoch != null) {
            fetch.reply().refuse(epoch);
        } else if (fetches.isFull()) {
            fetch.reply()
                    .refuse(site.refusals()
                            .overloaded("fetches", site.settings().pendingFetchesMax()));
        } else if (question.offset() > site.log().logEnd()) {
            askEnd(question.deadlineNanos(), fetch.reply(), () -> placeAtConfirmedEnd(fetch));
        } else {
            place(fetch);
        }
    }

    @Override
    public void cancel(ParkedFetch fetch) {
        fetches.cancel(fetch);
    }

    private void placeAtConfirmedEnd(ParkedFetch fetch) {
        long offset = fetch.question().offset();
        if (offset > site.log().logEnd()) {
            fetch.reply()
                    .refuse(site.refusals()
                            .outOfRange(
                                    offset, site.log().logStart(), site.log().logEnd()));
        } else {
            place(fetch);
        }
    }

    private void place(ParkedFetch fetch) {
        fetches.place(fetch, state.highWatermark(), state.leaderEpoch());
        site.touch();
    }

    @Override
    public void findOffset(OffsetQuestion question, Reply<OffsetSearch> reply) {
        FlotillaError epoch = site.refusals().epoch(question.leaderEpoch(), state.leaderEpoch());
        if (epoch != null) {
            reply.refuse(epoch);
        } else if (question.spec() == OffsetSpec.EARLIEST) {
            reply.answer(known(site.log().logStart()));
        } else {
            askEnd(question.deadlineNanos(), reply, () -> reply.answer(search(question)));
        }
    }

    private OffsetSearch known(long offset) {
        OffsetAnswer answer = new OffsetAnswer(offset, -1, state.leaderEpoch());
        return () -> answer;
    }

    private OffsetSearch search(OffsetQuestion question) {
        long upper = state.highWatermark();
        if (question.spec() == OffsetSpec.LATEST) {
            return known(upper);
        }
        LogView view = site.log().view();
        int epoch = state.leaderEpoch();
        boolean byTime = question.spec() == OffsetSpec.TIMESTAMP;
        return () -> (byTime ? view.findByTimestamp(question.timestampMs(), upper) : view.maxTimestamp(upper))
                .map(found -> new OffsetAnswer(found.offset(), found.timestampMs(), epoch))
                .orElse(new OffsetAnswer(-1, -1, epoch));
    }

    @Override
    public void findEpochEnd(EpochQuestion question, Reply<EpochAnswer> reply) {
        FlotillaError epoch = site.refusals().epoch(question.leaderEpoch(), state.leaderEpoch());
        if (epoch != null) {
            reply.refuse(epoch);
        } else if (question.askedEpoch() < state.leaderEpoch()) {
            reply.answer(epochEnd(question)); // earlier epochs end where they end
        } else {
            askEnd(question.deadlineNanos(), reply, () -> reply.answer(epochEnd(question)));
        }
    }

    private EpochAnswer epochEnd(EpochQuestion question) {
        return new EpochAnswer(site.log().endOf(question.askedEpoch()), state.leaderEpoch());
    }

    @Override
    public void deleteRecords(DeletionQuestion question, Reply<Long> reply) {
        deletions.delete(question, reply);
    }

    @Override
    public void retain() {
        PartitionLog log = site.log();
        if (log.damage() == null) {
            log.advanceLogStart(log.retainedStart(
                    state.highWatermark(), site.ports().clock().wallMs()));
            site.touch();
        }
    }

    private void askEnd(long deadlineNanos, Reply<?> reply, Runnable answer) {
        long latestNanos = site.nowNanos() + site.settings().endQuestionNanosMax();
        boolean named = deadlineNanos - site.nowNanos() > 0 && deadlineNanos - latestNanos < 0;
        ends.ask(state, named ? deadlineNanos : latestNanos, answer, reply::refuse);
        site.touch();
    }

    // ---- followers -----------------------------------------------------------------------------------------------

    @Override
    public void onReplicaQuestion(FollowerStream from, ReplicaQuestion question, ReplicaReply reply) {
        if (state.onEpochShown(question.leaderEpoch()) != EpochVerdict.CURRENT) {
            FlotillaError error = site.refusals().epoch(question.leaderEpoch(), state.leaderEpoch());
            ReplicaAnswers.refuse(question, error == null ? refusal() : error, reply);
        } else if (question.wish() instanceof ReplicaWish.Fetch fetch) {
            onFetch(from, question, fetch, reply);
        } else if (question.wish() instanceof ReplicaWish.Report wish) {
            onReport(from, question, wish.reportedOffset());
        } else if (question.wish() instanceof ReplicaWish.Suspicion wish) {
            onReport(from, question, wish.reportedOffset());
            if (state.judge(report(from, question, -1)) == ReportVerdict.TAKEN) { // whether its log counts or not
                site.suspect(wish.offset()); // a follower's word alone deposes nobody
            }
        } else if (question.wish() instanceof ReplicaWish.EpochEndOf wish) {
            if (believed(state.judge(report(from, question, -1)), from, question, reply)) {
                EpochEnd end = site.log().endOf(wish.askedEpoch());
                reply.answer(new ReplicaAnswer(header(question, null, end), null));
            }
        } else {
            held.drop(from.brokerId());
        }
    }

    private void onReport(FollowerStream from, ReplicaQuestion question, long reportedOffset) {
        if (state.onReport(report(from, question, reportedOffset), site.nowNanos()) == ReportVerdict.TAKEN) {
            site.touch();
        }
    }

    /** R1, R2: a fetch counts only once the follower's log is found to agree with ours up to where it fetches from. */
    private void onFetch(FollowerStream from, ReplicaQuestion question, ReplicaWish.Fetch fetch, ReplicaReply reply) {
        ReplicaReport report = report(from, question, fetch.reportedOffset());
        if (!believed(state.judge(report), from, question, reply)) {
            return;
        }
        EpochEnd diverging = divergence(fetch);
        if (diverging != null || fetch.logEnd() < site.log().logStart()) {
            held.drop(from.brokerId());
            reply.answer(new ReplicaAnswer(header(question, diverging, null), null));
            return;
        }
        if (deletions.mayCount(from.brokerId(), fetch.logStart())) {
            state.onFetch(report, site.nowNanos());
        }
        held.hold(from, question, fetch, reply);
        site.touch();
    }

    private @Nullable EpochEnd divergence(ReplicaWish.Fetch fetch) {
        if (fetch.logEnd() < site.log().logStart()) {
            return null;
        }
        if (fetch.lastEpoch() == EpochEnd.NO_EPOCH) {
            boolean beyond = fetch.logEnd() > site.log().logEnd();
            return beyond ? new EpochEnd(EpochEnd.NO_EPOCH, site.log().logStart()) : null;
        }
        EpochEnd ours = site.log().endOf(fetch.lastEpoch());
        return ours.epoch() == fetch.lastEpoch() && ours.endOffset() >= fetch.logEnd() ? null : ours;
    }

    private boolean believed(ReportVerdict verdict, FollowerStream from, ReplicaQuestion question, ReplicaReply reply) {
        switch (verdict) {
            case STALE_BROKER_EPOCH ->
                ReplicaAnswers.refuse(question, site.refusals().staleBroker(from), reply);
            case UNKNOWN_REPLICA ->
                ReplicaAnswers.refuse(
                        question, site.refusals().unknownReplica(from, question.assignmentRevision()), reply);
            case LATE -> ReplicaAnswers.refuse(question, site.refusals().lateSession(from, question.session()), reply);
            case TAKEN -> {}
        }
        return verdict == ReportVerdict.TAKEN;
    }

    private static ReplicaReport report(FollowerStream from, ReplicaQuestion question, long reportedOffset) {
        return new ReplicaReport(
                from.brokerId(),
                from.brokerEpoch(),
                question.assignmentRevision(),
                question.session(),
                reportedOffset,
                question.seenRound());
    }

    private AnswerHeader header(ReplicaQuestion question, @Nullable EpochEnd diverging, @Nullable EpochEnd epochEnd) {
        return new AnswerHeader(
                state.leaderEpoch(),
                question.session(),
                ReplicaAnswers.logEnd(question),
                state.highWatermark(),
                site.log().logStart(),
                state.round(),
                diverging,
                epochEnd,
                null);
    }

    @Override
    public void onReplicaStreamClosed(FollowerStream stream) {
        held.onStreamClosed(stream);
    }

    @Override
    public void onReplicaLost(FollowerStream stream) {
        state.onReplicaLost(stream.brokerId(), stream.brokerEpoch());
        site.touch();
    }

    // ---- metadata, drain, end ------------------------------------------------------------------------------------

    void onMetadata(CommittedPartition applied) {
        state.onMetadata(applied, site.nowNanos());
        site.touch();
    }

    @Override
    public void drain() {
        state.drain(site.nowNanos());
        site.touch();
    }

    @Override
    public void drainAsPlanned() {
        state.drainAsPlanned(site.nowNanos());
        site.touch();
    }

    @Override
    public void endDrain() {
        state.endDrain();
    }

    @Override
    public void end() {
        FlotillaError readers = site.refusals().deposed(state.leaderEpoch());
        acks.fail(site.refusals().leadershipEnded(state.leaderEpoch()));
        fetches.fail(readers);
        ends.fail(readers);
        deletions.fail();
    }

    @Override
    public void onLogFailed(DiskException cause) {
        FlotillaError askers = site.refusals().storage(Outcome.NOT_APPLIED, cause);
        acks.fail(site.refusals().storage(Outcome.UNKNOWN, cause));
        fetches.fail(askers);
        ends.fail(askers);
        held.fail(askers);
        deletions.fail();
    }

    // ---- turns ---------------------------------------------------------------------------------------------------

    @Override
    public void onSynced(long nowNanos) {
        state.onOwnReported(site.reported(), nowNanos);
    }

    @Override
    public void afterTurn(long nowNanos) {
        state.onOwnReported(site.reported(), nowNanos);
        acks.complete(state.ownReported(), state.highWatermark());
        fetches.onHighWatermark(state.highWatermark(), state.leaderEpoch());
        ends.answerThose(state);
        deletions.complete();
        held.answerRecords(!ends.isEmpty() || state.awaitsEcho());
        propose(nowNanos);
        if (needsTicks()) {
            site.keepTicking();
        }
    }

    @Override
    public boolean onTick(long nowNanos) {
        acks.expire(nowNanos);
        fetches.expire(nowNanos, state.highWatermark(), state.leaderEpoch());
        ends.expire(nowNanos);
        deletions.complete();
        deletions.expire(nowNanos);
        held.answerNews(!deletions.isEmpty());
        state.onContacts(nowNanos, site.ports().contacts());
        propose(nowNanos);
        return needsTicks();
    }

    private boolean needsTicks() {
        boolean waits = !acks.isEmpty() || !fetches.isEmpty() || !ends.isEmpty() || !deletions.isEmpty();
        return state.needsTicks() || waits || held.hasNews();
    }

    private void propose(long nowNanos) {
        state.decide(nowNanos, site.ports().eligibility()).ifPresent(this::send);
    }

    private void send(IsrProposal proposal) {
        site.ports()
                .proposer()
                .propose(
                        site.id(),
                        proposal,
                        outcome -> site.loop().execute(() -> {
                            state.onOutcome(proposal, outcome, site.nowNanos());
                            site.touch();
                        }));
    }

    // ---- what it shows -------------------------------------------------------------------------------------------

    @Override
    public FlotillaError refusal() {
        return site.refusals().notLeader(site.ports().brokerId(), state.leaderEpoch(), Outcome.NOT_APPLIED);
    }

    @Override
    public int leaderEpoch() {
        return state.leaderEpoch();
    }

    @Override
    public long highWatermark() {
        return state.highWatermark();
    }

    @Override
    public PartitionStatus status() {
        return new PartitionStatus(
                PartitionStatus.Role.LEADER,
                site.ports().brokerId(),
                state.leaderEpoch(),
                state.committed().isr(),
                site.log().logStart(),
                site.log().logEnd(),
                site.reported(),
                state.highWatermark());
    }
}
