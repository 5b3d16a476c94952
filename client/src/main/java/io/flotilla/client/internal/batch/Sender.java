package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.batch.BrokerLinks.Flight;
import io.flotilla.client.internal.batch.ProduceTransport.Destination;
import io.flotilla.client.internal.batch.ProduceTransport.Identity;
import io.flotilla.client.internal.batch.ProduceTransport.ProduceCommand;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.BrokerNode;
import io.flotilla.client.internal.routing.ClusterView;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.routing.PartitionView;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The producing core: takes records from the inbox, batches them, and sends the batches to the partitions' leaders
 * until each is answered. Owned by the producer's loop, which calls {@link #advance}; deterministic for a given seed.
 */
public final class Sender implements RecordRouter.Rejections {
    /** An answer that takes longer makes the leader doubtful, and the metadata is asked for news. */
    private static final long DOUBT_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long NEVER = Long.MAX_VALUE;

    private final ProducerSettings settings;
    private final Inbox inbox;
    private final MetadataFollower metadata;
    private final FlushPhases phases = new FlushPhases();
    private final SendCounters counters = new SendCounters();
    private final Deliveries deliveries;
    private final RecordRouter router;
    private final BrokerLinks links;
    private final ProducerIds ids;
    private final long deliveryTimeoutNanos;
    private final long requestTimeoutNanos;

    private ClusterView seen = ClusterView.EMPTY;
    private boolean hurry;
    private boolean identityMissing;
    private boolean leaderMissing;
    private boolean lingering;

    /** What the sender talks to. */
    public record Ports(
            Inbox inbox,
            MetadataFollower metadata,
            ProduceTransport transport,
            PartitionChooser.Factory choosers,
            RandomGenerator random) {}

    public Sender(ProducerSettings settings, Ports ports) {
        this.settings = settings;
        this.inbox = ports.inbox();
        this.metadata = ports.metadata();
        ProducerSettings.Timing timing = settings.delivery().timing();
        this.deliveries = new Deliveries(settings.delivery(), metadata, phases, inbox, counters);
        this.router = new RecordRouter(settings, ports, this);
        this.links = new BrokerLinks(ports.transport(), deliveries, timing.reconnects(), ports.random());
        this.ids = new ProducerIds(ports.transport(), new Backoff(timing.retries(), ports.random()));
        this.deliveryTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(timing.deliveryTimeoutMs());
        this.requestTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(timing.requestTimeoutMs());
    }

    /** Does everything that is due; answers nanoseconds until the next timed work, 0 to be called again at once. */
    public long advance(long now) {
        counters.settle(now);
        accept();
        long wait = metadata.advance(now);
        followView();
        wait = Math.min(wait, router.expire(now));
        wait = Math.min(wait, expire(now));
        links.breakOverdue(now, requestTimeoutNanos);
        wait = Math.min(wait, sendAll(now));
        if (identityMissing) {
            wait = Math.min(wait, ids.request(now, metadata.view().endpoints()));
        }
        wait = Math.min(wait, doubt(now));
        return inbox.mayRest(!lingering) ? wait : 0;
    }

    /** What it has done so far; any thread may look. */
    public SendCounters counters() {
        return counters;
    }

    private void accept() {
        for (PendingRecord record : inbox.take()) {
            phases.accepted(record);
            router.route(record);
        }
        hurry = inbox.isStarved();
    }

    private void followView() {
        ClusterView view = metadata.view();
        if (view == seen) {
            return;
        }
        seen = view;
        router.refresh(view);
        for (Lane lane : router.lanes()) {
            PartitionView partition =
                    view.partition(lane.key().topicId(), lane.key().partition());
            if (partition != null && partition.leaderEpoch() > lane.knownEpoch()) {
                List<Flight> lost = links.abandon(lane, partition.leader());
                lost.forEach(flight -> deliveries.broken(flight, moved(lane, partition)));
                lane.learnEpoch(partition.leaderEpoch());
            }
        }
    }

    private static FlotillaError moved(Lane lane, PartitionView partition) {
        return FlotillaError.unknown(
                ErrorCode.NOT_LEADER_OR_FOLLOWER,
                lane.key() + " is led by broker " + partition.leader() + " in epoch " + partition.leaderEpoch()
                        + " now");
    }

    private long expire(long now) {
        long next = NEVER;
        for (Lane lane : router.lanes()) {
            if (!lane.isEmpty() && now - lane.oldestNanos() >= deliveryTimeoutNanos) {
                for (ProducerBatch batch : lane.removeOlderThan(now - deliveryTimeoutNanos + 1)) {
                    deliveries.fail(lane, batch, expired(batch));
                }
            }
            if (!lane.isEmpty()) {
                next = Math.min(next, lane.oldestNanos() + deliveryTimeoutNanos - now);
            }
        }
        return next;
    }

    private FlotillaError expired(ProducerBatch batch) {
        FlotillaError last = batch.lastError() == null ? ids.lastError() : batch.lastError();
        String message = "not acknowledged within delivery.timeout.ms "
                + settings.delivery().timing().deliveryTimeoutMs()
                + (last == null ? "" : "; the last attempt ended with " + last);
        return FlotillaError.notApplied(ErrorCode.REQUEST_TIMED_OUT, message);
    }

    private long sendAll(long now) {
        identityMissing = false;
        leaderMissing = false;
        lingering = false;
        long next = NEVER;
        for (Lane lane : router.lanes()) {
            if (!lane.isEmpty()) {
                next = Math.min(next, sendFrom(lane, now));
            }
        }
        return next;
    }

    /** Sends what the lane may send; answers nanoseconds until it may send more without an event. */
    private long sendFrom(Lane lane, long now) {
        FlotillaError reason = lane.startOverReason();
        if (reason != null) {
            startOver(lane, lane.startOver(reason));
        }
        ProducerBatch batch = lane.nextInTurn(now);
        while (batch != null) {
            if (!lane.isRipe(batch, now, hurry)) {
                lingering = true;
                return lane.lingerLeftNanos(batch, now);
            }
            BrokerNode leader =
                    metadata.view().leader(lane.key().topicId(), lane.key().partition());
            if (leader == null) {
                leaderMissing = true;
                return NEVER;
            }
            if (!links.isOpen(leader, now)) {
                leaderMissing = true;
                return links.pauseLeftNanos(leader, now);
            }
            if (settings.delivery().idempotent() && !identify(lane)) {
                identityMissing = true;
                return NEVER;
            }
            launch(lane, batch, leader, now);
            batch = lane.nextInTurn(now);
        }
        return lane.pauseLeftNanos(now);
    }

    private void startOver(Lane lane, Lane.StartOver given) {
        Identity used = given.identity();
        if (used != null) {
            ids.retire(used);
        }
        given.inDoubt().forEach(batch -> deliveries.failInDoubt(lane, batch, given.reason()));
    }

    private boolean identify(Lane lane) {
        if (lane.identity() == null) {
            Identity fresh = ids.current();
            if (fresh == null) {
                return false;
            }
            lane.adopt(fresh);
        }
        return true;
    }

    private void launch(Lane lane, ProducerBatch batch, BrokerNode leader, long now) {
        ByteBuffer entry = lane.launch(batch, now);
        Lane.Key key = lane.key();
        long left = batch.createdNanos + deliveryTimeoutNanos - now;
        int timeoutMs = (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(Math.min(requestTimeoutNanos, left)));
        long id = links.nextCorrelationId();
        ProduceCommand command = new ProduceCommand(
                id,
                new Destination(key.topicId(), key.partition(), lane.knownEpoch()),
                settings.delivery().acks(),
                timeoutMs,
                entry.duplicate());
        counters.sent(batch.records().size(), entry.remaining(), batch.attempts() > 1);
        boolean awaited = settings.delivery().acks() != Acks.NONE;
        links.send(leader, command, awaited ? new Flight(lane, batch, leader.id(), id) : null);
        if (!awaited) {
            deliveries.acknowledgeUnanswered(lane, batch);
        }
    }

    /** Makes the metadata look for news while a leader is missing, unreachable or silent. */
    private long doubt(long now) {
        long oldest = links.oldestSentNanos();
        boolean silent = oldest != NEVER && now - oldest >= DOUBT_AFTER_NANOS;
        if (silent || leaderMissing || router.hasUnrouted() || deliveries.isMisrouted()) {
            metadata.doubt(now);
            return DOUBT_AFTER_NANOS;
        }
        metadata.trust();
        return oldest == NEVER ? NEVER : oldest + DOUBT_AFTER_NANOS - now;
    }

    @Override
    public void rejected(PendingRecord record, FlotillaError error) {
        deliveries.fail(record, error);
    }

    @Override
    public void orphaned(Lane lane, FlotillaError error) {
        lane.removeAll().forEach(batch -> deliveries.fail(lane, batch, error));
    }

    /** Completes when every record accepted so far is answered, well or badly; nothing lingers until then. */
    public CompletableFuture<Void> flush() {
        accept();
        return phases.flush();
    }

    /** Fails everything that is not answered. */
    public void abort(String why) {
        accept();
        FlotillaError refused = FlotillaError.notApplied(ErrorCode.REQUEST_TIMED_OUT, why);
        router.removeUnrouted().forEach(record -> deliveries.fail(record, refused));
        for (Lane lane : router.lanes()) {
            lane.removeAll().forEach(batch -> deliveries.fail(lane, batch, refused));
        }
    }

    /** Closes streams and the metadata watch. */
    public void close() {
        links.close();
        metadata.close();
    }
}
