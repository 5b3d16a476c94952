package io.flotilla.broker.group;

/** A group and how far it is. */
public record ListedGroup(String group, GroupState state) {}
