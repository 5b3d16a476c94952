package io.flotilla.broker.group;

import org.jspecify.annotations.Nullable;

/** What is known of a living member and never logged: its stream, and when it was heard. One thread. */
final class Session {
    static final long NEVER = Long.MAX_VALUE;
    private static final long NO_CONNECTION = -1;

    private final String group;
    private final String memberId;
    private final long beganNanos;
    private long connection = NO_CONNECTION;
    private String host = "";
    private boolean heard;
    private boolean gone;
    /** When the member is removed unless it is heard. */
    private long endNanos;
    /** When the member is removed unless it has given up what it is to give up; {@link #NEVER} for nothing. */
    private long giveUpByNanos = NEVER;
    /** What the member said on this stream that it holds. */
    private PartitionSet owned = PartitionSet.EMPTY;
    /** What the member was told on this stream to hold, or null before the first time. */
    private @Nullable PartitionSet told;

    private int toldEpoch;
    /** The time of the one timer that counts; {@link #NEVER} for none. For Sessions only. */
    private long timerNanos = NEVER;

    Session(String group, String memberId, long nowNanos) {
        this.group = group;
        this.memberId = memberId;
        this.beganNanos = nowNanos;
    }

    String group() {
        return group;
    }

    String memberId() {
        return memberId;
    }

    long beganNanos() {
        return beganNanos;
    }

    boolean isConnected() {
        return connection != NO_CONNECTION;
    }

    boolean isOn(long someConnection) {
        return isConnected() && connection == someConnection;
    }

    long connection() {
        return connection;
    }

    /** Address of the other end; empty while there is none. */
    String host() {
        return host;
    }

    /** Whether the member was heard of since the coordinator became one. */
    boolean wasHeard() {
        return heard;
    }

    /** Whether the member left a static place that is kept for it: it holds nothing. */
    boolean isGone() {
        return gone;
    }

    PartitionSet owned() {
        return owned;
    }

    boolean wasTold() {
        return told != null;
    }

    /** Whether the member was told last what it is to hold, and in which epoch. */
    boolean isTold(StoredMember member) {
        return member.epoch() == toldEpoch && member.assigned().equals(told);
    }

    /** The epoch that the member was told last on this stream. */
    int toldEpoch() {
        return toldEpoch;
    }

    long endNanos() {
        return endNanos;
    }

    long giveUpByNanos() {
        return giveUpByNanos;
    }

    long dueNanos() {
        return Math.min(endNanos, giveUpByNanos);
    }

    long timerNanos() {
        return timerNanos;
    }

    void timerAt(long nanos) {
        timerNanos = nanos;
    }

    void connect(Hello.Peer peer, PartitionSet nowOwned) {
        connection = peer.connection();
        host = peer.host();
        owned = nowOwned;
        told = null;
        heard = true;
        gone = false;
    }

    /** What it is to give up by a date it still is: breaking streams wins no time. */
    void disconnect() {
        connection = NO_CONNECTION;
        host = "";
    }

    void go() {
        disconnect();
        gone = true;
        owned = PartitionSet.EMPTY;
        gaveUp();
    }

    void own(PartitionSet now) {
        owned = now;
    }

    void tell(StoredMember member) {
        told = member.assigned();
        toldEpoch = member.epoch();
    }

    void endAt(long nanos) {
        endNanos = nanos;
    }

    /** The member has until then to give up, unless it has an earlier date already. */
    void giveUpBy(long nanos) {
        giveUpByNanos = Math.min(giveUpByNanos, nanos);
    }

    void gaveUp() {
        giveUpByNanos = NEVER;
    }
}
