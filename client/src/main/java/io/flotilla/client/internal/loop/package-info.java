/** The one thread that owns a client's state. Knows nothing of what runs on it. */
@NullMarked
package io.flotilla.client.internal.loop;

import org.jspecify.annotations.NullMarked;
