package io.flotilla.broker.partition;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.log.LogSlice;
import io.flotilla.model.error.FlotillaError;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The followers' fetches that a leader holds until it has something to say: at most one per follower, a later one
 * replaces it. Loop thread only; ends with the leadership.
 */
final class HeldFetches {
    private record Held(FollowerStream from, ReplicaQuestion question, ReplicaWish.Fetch fetch, ReplicaReply reply) {}

    /** The high watermark and the log's start that a follower was last told, and in which session of which stream. */
    private record Told(long streamId, long session, long highWatermark, long logStart) {}

    private static final Told NOTHING = new Told(-1, -1, -1, -1);

    private final Site site;
    private final LeaderState leader;
    /** By follower; each stays until it is answered, so that a log that fails leaves none out. */
    private final Map<Integer, Held> held = new TreeMap<>();
    /** By follower. */
    private final Map<Integer, Told> told = new TreeMap<>();

    HeldFetches(Site site, LeaderState leader) {
        this.site = site;
        this.leader = leader;
    }

    /** Holds a fetch of a follower whose log agrees with ours. */
    void hold(FollowerStream from, ReplicaQuestion question, ReplicaWish.Fetch fetch, ReplicaReply reply) {
        held.put(from.brokerId(), new Held(from, question, fetch, reply));
    }

    void drop(int brokerId) {
        held.remove(brokerId);
    }

    /** Drops what came on the stream; a later stream of the same broker keeps what it asked. */
    void onStreamClosed(FollowerStream stream) {
        Held present = held.get(stream.brokerId());
        if (present != null && present.from().streamId() <= stream.streamId()) {
            held.remove(stream.brokerId());
        }
    }

    /** Whether somebody waits who does not know the high watermark, or where the log starts. */
    boolean hasNews() {
        return held.values().stream().anyMatch(waiting -> isNews(waiting, false));
    }

    /**
     * Answers those for whom there are records.
     *
     * @param roundsMatter whether something waits for followers to echo the round
     */
    void answerRecords(boolean roundsMatter) {
        long logEnd = site.log().logEnd();
        for (Iterator<Held> all = held.values().iterator(); all.hasNext(); ) {
            Held next = all.next();
            boolean echo = roundsMatter && next.question().seenRound() < leader.round();
            if (next.fetch().logEnd() < logEnd || echo) {
                answer(next);
                all.remove();
            }
        }
    }

    /**
     * Tells the high watermark and the log's start to those who wait without records coming their way.
     *
     * @param startsMatter whether something waits for followers to say that they start where the leader does
     */
    void answerNews(boolean startsMatter) {
        for (Iterator<Held> all = held.values().iterator(); all.hasNext(); ) {
            Held next = all.next();
            if (isNews(next, startsMatter)) {
                answer(next);
                all.remove();
            }
        }
    }

    /** Refuses all that wait. */
    void fail(FlotillaError error) {
        List<Held> all = List.copyOf(held.values());
        held.clear();
        all.forEach(waiting -> ReplicaAnswers.refuse(waiting.question(), error, waiting.reply()));
    }

    private boolean isNews(Held waiting, boolean startsMatter) {
        Told last = told.getOrDefault(waiting.from().brokerId(), NOTHING);
        boolean sameSession = last.streamId() == waiting.from().streamId()
                && last.session() == waiting.question().session();
        Told known = sameSession ? last : NOTHING;
        long logStart = site.log().logStart();
        boolean behind = waiting.fetch().logStart() < logStart;
        boolean urges =
                startsMatter || !leader.maximalIsr().contains(waiting.from().brokerId());
        return (behind && (known.logStart() < logStart || urges))
                || known.highWatermark()
                        < Math.min(leader.highWatermark(), waiting.fetch().logEnd());
    }

    private void answer(Held waiting) {
        ReplicaWish.Fetch fetch = waiting.fetch();
        LogSlice records = site.log()
                .view()
                .read(fetch.logEnd(), fetch.maxBytes(), site.log().logEnd());
        FollowerStream from = waiting.from();
        told.put(
                from.brokerId(),
                new Told(
                        from.streamId(),
                        waiting.question().session(),
                        leader.highWatermark(),
                        site.log().logStart()));
        AnswerHeader header = new AnswerHeader(
                leader.leaderEpoch(),
                waiting.question().session(),
                fetch.logEnd(),
                leader.highWatermark(),
                site.log().logStart(),
                leader.round(),
                null,
                null,
                null);
        waiting.reply().answer(new ReplicaAnswer(header, records));
    }
}
