package io.flotilla.client;

/** A consumer group, at a glance. */
public record ConsumerGroupListing(String group, ConsumerGroupState state) {}
