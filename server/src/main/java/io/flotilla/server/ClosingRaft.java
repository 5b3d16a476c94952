package io.flotilla.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps one thing out of the log: Ratis reports as an error, with its stack, that another voter speaks to this one
 * while it closes. A graceful stop does that every time, and Ratis closes its port last, so that no order of ours
 * avoids it. Named in logback-server.xml.
 */
public final class ClosingRaft extends Filter<ILoggingEvent> {
    private static final String NOT_READY = "org.apache.ratis.protocol.exceptions.ServerNotReadyException";
    private static final String CLOSING = "current state is CLOS";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown != null
                        && thrown.getClassName().equals(NOT_READY)
                        && String.valueOf(thrown.getMessage()).contains(CLOSING)
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }
}
