package io.flotilla.broker.log;

/**
 * Bytes that were synced once and are no longer there or no longer read as batches (rule R19). Nothing is deleted; the
 * log below stays readable.
 *
 * @param offset first offset that is lost, for all that is known
 */
public record LogDamage(long offset, String description) {}
