package io.flotilla.broker.partition;

import io.flotilla.broker.isr.FollowerLog;
import io.flotilla.broker.log.DirectorySpace;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import java.util.function.LongConsumer;

/** Where a partition's duties work: its log, its ports and its topic's configuration. Loop thread only. */
final class Site {
    private final PartitionId id;
    private final PartitionLog log;
    private final DirectorySpace space;
    private final PartitionSettings settings;
    private final PartitionPorts ports;
    private final Loop loop;
    private final LoopMember member;
    private final Refusals refusals;
    private final RefusedProducers refused;
    private final LongConsumer suspicions;
    private TopicBounds bounds;

    /**
     * @param member the partition, as the loop knows it
     * @param suspicions has what is stored from an offset on read again
     */
    Site(PartitionConfig config, TopicBounds bounds, LoopMember member, LongConsumer suspicions) {
        this.id = config.id();
        this.log = config.log();
        this.space = config.space();
        this.settings = config.settings();
        this.ports = config.ports();
        this.loop = config.loop();
        this.member = member;
        this.refusals = new Refusals(id, ports.endpoints(), ports.brokerId());
        this.refused = new RefusedProducers();
        this.suspicions = suspicions;
        this.bounds = bounds;
        log.configure(bounds.log());
    }

    PartitionId id() {
        return id;
    }

    PartitionLog log() {
        return log;
    }

    DirectorySpace space() {
        return space;
    }

    PartitionSettings settings() {
        return settings;
    }

    PartitionPorts ports() {
        return ports;
    }

    Loop loop() {
        return loop;
    }

    Refusals refusals() {
        return refusals;
    }

    /** Any thread. */
    RefusedProducers refused() {
        return refused;
    }

    TopicBounds bounds() {
        return bounds;
    }

    void configure(TopicBounds now) {
        bounds = now;
        log.configure(now.log());
    }

    Durability durability() {
        return bounds.durability();
    }

    long nowNanos() {
        return ports.clock().nanos();
    }

    /** All offsets below this are held here at the topic's durability. */
    long reported() {
        return durability() == Durability.SYNCED ? log.durableEnd() : log.logEnd();
    }

    FollowerLog followerLog() {
        return new FollowerLog(log.logStart(), log.logEnd(), log.lastEpoch(), reported());
    }

    /** Somebody was served bad bytes from the offset on: reads them again, beside the loop. */
    void suspect(long offset) {
        suspicions.accept(offset);
    }

    void touch() {
        loop.touch(member);
    }

    void keepTicking() {
        loop.keepTicking(member);
    }
}
