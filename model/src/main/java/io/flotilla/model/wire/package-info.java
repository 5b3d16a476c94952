/** The edge between the model and its generated messages and gRPC statuses. Translates, never decides. */
@NullMarked
package io.flotilla.model.wire;

import org.jspecify.annotations.NullMarked;
