package io.flotilla.broker.group;

import java.util.Optional;

/**
 * What is persisted of a member.
 *
 * @param terms what it asked for
 * @param epoch 1 or more; never falls while it is a member
 * @param previousEpoch the one before, which a member that has not heard of the epoch may come back with; 0 for none
 * @param assigned what it is to hold
 * @param revoking what it held and has not given up yet; disjoint from assigned
 */
record StoredMember(Terms terms, int epoch, int previousEpoch, PartitionSet assigned, PartitionSet revoking) {
    /**
     * What a member asks for.
     *
     * @param assignor empty when it names none
     */
    record Terms(
            Optional<String> instanceId,
            Optional<String> rack,
            String clientId,
            Subscription subscription,
            String assignor,
            int sessionTimeoutMs,
            int rebalanceTimeoutMs) {
        /** Whether a target made for these terms is one for the others too. */
        boolean assignsLike(Terms other) {
            return subscription.equals(other.subscription)
                    && rack.equals(other.rack)
                    && assignor.equals(other.assignor)
                    && instanceId.equals(other.instanceId);
        }

        Terms withSubscription(Subscription now) {
            return new Terms(instanceId, rack, clientId, now, assignor, sessionTimeoutMs, rebalanceTimeoutMs);
        }
    }

    static StoredMember joining(Terms terms, int epoch) {
        return new StoredMember(terms, epoch, 0, PartitionSet.EMPTY, PartitionSet.EMPTY);
    }

    boolean isStatic() {
        return terms.instanceId().isPresent();
    }

    /** What nobody else may have. */
    PartitionSet held() {
        return assigned.plus(revoking);
    }

    StoredMember with(Terms now) {
        return new StoredMember(now, epoch, previousEpoch, assigned, revoking);
    }

    StoredMember holding(PartitionSet nowAssigned, PartitionSet nowRevoking) {
        return new StoredMember(terms, epoch, previousEpoch, nowAssigned, nowRevoking);
    }

    /** The member in an epoch, which is not lower than its own. */
    StoredMember inEpoch(int now) {
        return now == epoch ? this : new StoredMember(terms, now, epoch, assigned, revoking);
    }
}
