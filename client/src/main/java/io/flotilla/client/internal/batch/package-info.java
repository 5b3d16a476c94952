/**
 * The producing core: batches per partition, sequences, retries in order. Driven by one loop with the time as an
 * argument; only {@code Inbox} is shared with application threads. Talks to brokers through a port; knows no gRPC.
 */
@NullMarked
package io.flotilla.client.internal.batch;

import org.jspecify.annotations.NullMarked;
