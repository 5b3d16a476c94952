/**
 * Who is to read which partition: the assignors that a group may choose from. Each is a function of its request, the
 * same on every broker. Knows no epochs, sessions, records or streams: how members come from what they hold to what is
 * assigned here is the group's affair.
 */
@NullMarked
package io.flotilla.broker.group.assignor;

import org.jspecify.annotations.NullMarked;
