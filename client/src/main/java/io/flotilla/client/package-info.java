/**
 * The Java client: Producer, Consumer, Admin, their configurations and results. What works on the wire is a matter of
 * the internal packages; nothing here knows gRPC.
 */
@NullMarked
package io.flotilla.client;

import org.jspecify.annotations.NullMarked;
