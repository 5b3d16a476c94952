/**
 * The controller's edge: gRPC services that translate, the active controller's loop over sessions and probes, and the
 * way of commands into the quorum. Decides nothing about metadata: that is {@code quorum.command}.
 */
@NullMarked
package io.flotilla.quorum.rpc;

import org.jspecify.annotations.NullMarked;
