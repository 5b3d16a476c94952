package io.flotilla.broker.partition;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.log.LogDamage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a leader gave up because somebody asked, until every replica that could lead next has given it up, too, and a
 * restart of none of them would bring it back. Loop thread only; ends with the leadership.
 */
final class RecordDeletions {
    private static final long NOTHING = -1;

    private record Waiting(long offset, long deadlineNanos, Reply<Long> reply) {}

    private final Site site;
    private final LeaderState leader;
    /** Where the followers' logs start for good, as they last said in this epoch. */
    private final Map<Integer, Long> starts = new TreeMap<>();

    private final List<Waiting> waiting = new ArrayList<>();

    RecordDeletions(Site site, LeaderState leader) {
        this.site = site;
        this.leader = leader;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Gives the records up here at once; the answer, where every such replica's log starts, waits for the others. */
    void delete(DeletionQuestion question, Reply<Long> reply) {
        long committed = leader.highWatermark();
        long offset = question.offset() == DeletionQuestion.COMMITTED ? committed : question.offset();
        LogDamage damage = site.log().damage();
        if (damage != null) {
            reply.refuse(site.refusals().damaged(damage));
        } else if (offset < 0 || offset > committed) {
            reply.refuse(site.refusals().deletionOutOfRange(offset, committed));
        } else if (waiting.size() >= site.settings().pendingFetchesMax()) {
            reply.refuse(site.refusals().overloaded("deletions", site.settings().pendingFetchesMax()));
        } else {
            site.log().advanceLogStart(offset);
            waiting.add(new Waiting(offset, question.deadlineNanos(), reply));
            site.touch();
        }
    }

    /**
     * Notes where a follower's log starts for good; whether its fetch may bring it into the ISR. Not before it has
     * given up what this leader has: else it could be elected and bring that back.
     */
    boolean mayCount(int brokerId, long logStart) {
        starts.put(brokerId, logStart);
        return logStart >= site.log().logStart() || leader.maximalIsr().contains(brokerId);
    }

    /**
     * Answers those that every replica of the maximal ISR has followed. Below min ISR replicas outside it may be
     * elected, of which nobody here hears.
     */
    void complete() {
        if (waiting.isEmpty() || leader.committed().belowMinIsr()) {
            return;
        }
        long low = lowWatermark();
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            if (next.offset() <= low) {
                all.remove();
                next.reply().answer(low);
            }
        }
    }

    private long lowWatermark() {
        long low = site.log().givenUp().notedStart();
        for (int member : leader.maximalIsr()) {
            low = member == site.ports().brokerId() ? low : Math.min(low, starts.getOrDefault(member, NOTHING));
        }
        return low;
    }

    void expire(long nowNanos) {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            if (nowNanos - next.deadlineNanos() >= 0) {
                all.remove();
                next.reply().refuse(site.refusals().deletionTimedOut(next.offset(), lowWatermark()));
            }
        }
    }

    /** Refuses all that wait; what they asked for is done here, and may be undone by another leader. */
    void fail() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.reply().refuse(site.refusals().deletionUnsettled(one.offset(), leader.leaderEpoch())));
    }
}
