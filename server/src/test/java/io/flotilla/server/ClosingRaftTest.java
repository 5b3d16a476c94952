package io.flotilla.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.Test;

class ClosingRaftTest {
    private static final String NOT_READY = "org.apache.ratis.protocol.exceptions.ServerNotReadyException";

    @Test
    void thatAVoterSpokeToOneThatClosesIsNoNews() throws Exception {
        assertThat(decision(notReady("3@group-1 is not in [STARTING, RUNNING]: current state is CLOSING")))
                .isEqualTo(FilterReply.DENY);
        assertThat(decision(notReady("3@group-1 is not in [STARTING, RUNNING]: current state is CLOSED")))
                .isEqualTo(FilterReply.DENY);
    }

    @Test
    void whateverElseRatisFailsWithIs() throws Exception {
        assertThat(decision(notReady("3@group-1 is not in [RUNNING]: current state is EXCEPTION")))
                .isEqualTo(FilterReply.NEUTRAL);
        assertThat(decision(new IllegalStateException("current state is CLOSING")))
                .isEqualTo(FilterReply.NEUTRAL);
        assertThat(decision(null)).isEqualTo(FilterReply.NEUTRAL);
    }

    /** By its name, as the filter knows it: Ratis's own class, so that a later version that renames it is noticed. */
    private static Throwable notReady(String message) throws Exception {
        return (Throwable) Class.forName(NOT_READY).getConstructor(String.class).newInstance(message);
    }

    private static FilterReply decision(Throwable thrown) {
        LoggerContext context = new LoggerContext();
        return new ClosingRaft()
                .decide(new LoggingEvent(
                        "", context.getLogger("ratis"), Level.ERROR, "Failed appendEntries*", thrown, null));
    }
}
