/** Errors as values: Kafka's names and numbers, and whether the request may have had an effect. Knows no transport. */
@NullMarked
package io.flotilla.model.error;

import org.jspecify.annotations.NullMarked;
