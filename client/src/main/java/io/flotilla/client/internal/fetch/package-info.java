/**
 * The consuming core: cursors that fetch ahead, follow leaders, and check their position when the leader changes.
 * Driven by one loop with the time as an argument; only {@code FetchBuffer} is shared with the application's thread.
 * Talks to brokers through a port; knows no gRPC.
 */
@NullMarked
package io.flotilla.client.internal.fetch;

import org.jspecify.annotations.NullMarked;
