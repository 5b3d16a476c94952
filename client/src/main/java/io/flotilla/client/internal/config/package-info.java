/** Reads configuration values by name, strictly. Knows no particular configuration. */
@NullMarked
package io.flotilla.client.internal.config;

import org.jspecify.annotations.NullMarked;
