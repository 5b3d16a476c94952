/** Where replicas go: rack-aware, even, and the same for the same seed. Knows brokers and nothing of topics or logs. */
@NullMarked
package io.flotilla.quorum.placement;

import org.jspecify.annotations.NullMarked;
