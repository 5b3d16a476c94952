/**
 * In-sync replication as pure state: what a leader knows of its followers, the high watermark, the ISR rule, and how a
 * follower makes its log agree with the leader's. Knows no threads, files, messages or clocks: time comes in as an
 * argument, and what must be done goes out as a value.
 */
@NullMarked
package io.flotilla.broker.isr;

import org.jspecify.annotations.NullMarked;
