package io.flotilla.broker.group;

/**
 * Whose stream an input came on.
 *
 * @param connection the number that went with the hello
 */
public record StreamOfMember(String group, String memberId, long connection) {}
