package io.flotilla.broker.group;

import java.util.List;
import java.util.Optional;

/**
 * A member that joins, or comes back after its stream broke.
 *
 * @param group 1 to 249 bytes of UTF-8
 * @param memberId 1 to 64 bytes of UTF-8
 * @param memberEpoch 0 to join; else the epoch that the member was told last
 * @param instanceId makes the member static; 1 to 249 bytes of UTF-8
 * @param rack where the member is
 * @param assignor empty for the default
 * @param sessionTimeoutMs 0 for the default
 * @param rebalanceTimeoutMs 0 for the default
 * @param owned what it holds; topics that are no more do not matter
 * @param peer who is at the other end
 */
public record Hello(
        String group,
        String memberId,
        int memberEpoch,
        Optional<String> instanceId,
        Optional<String> rack,
        Subscription subscription,
        String assignor,
        int sessionTimeoutMs,
        int rebalanceTimeoutMs,
        List<NamedPartitions> owned,
        Peer peer) {
    public Hello {
        owned = List.copyOf(owned);
    }

    /**
     * The other end of a member's stream.
     *
     * @param connection a number that the shell gives to this stream and to no other
     * @param clientId as the call says; may be empty
     * @param host its address
     */
    public record Peer(long connection, String clientId, String host) {}
}
