/**
 * The client's side of consumer groups: finds the coordinator, keeps the membership, commits and fetches offsets.
 * Driven by one loop with the time as an argument; only {@code PollDeadline} is shared with the application's thread.
 * Talks to brokers through a port; knows no gRPC.
 */
@NullMarked
package io.flotilla.client.internal.group;

import org.jspecify.annotations.NullMarked;
