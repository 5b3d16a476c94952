/**
 * The process: threads, listeners and roles, built in dependency order and closed in reverse. Decides nothing itself.
 */
@NullMarked
package io.flotilla.server;

import org.jspecify.annotations.NullMarked;
