package io.flotilla.client.internal.group;

import io.flotilla.client.internal.routing.Backoff;
import java.util.Optional;

/**
 * What a member of a group is told.
 *
 * @param group 1 to 249 bytes of UTF-8
 * @param place what makes the member prefer partitions, or keep them
 * @param autoCommitMs how often what was consumed is committed, milliseconds; empty for never
 * @param pollIntervalMsMax longest time between polls before the member leaves, milliseconds
 * @param pauses between attempts
 */
public record GroupSettings(
        String group, Place place, Optional<Long> autoCommitMs, int pollIntervalMsMax, Backoff.Limits pauses) {
    /**
     * Who and where a member is.
     *
     * @param instanceId makes it a static member
     * @param rack empty where none is configured
     * @param assignor "uniform" or "range", empty for the broker's choice
     */
    public record Place(Optional<String> instanceId, String rack, String assignor) {}
}
