package io.flotilla.sim.run;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What parts of the product log as an error: each simulation runs in one thread, and hears its own. An exception that
 * is caught and logged would be swallowed otherwise.
 */
final class ErrorLines extends AppenderBase<ILoggingEvent> {
    private static final String OURS = "io.flotilla";
    private static final ThreadLocal<Queue<Line>> HEARD = new ThreadLocal<>();

    /**
     * One of them.
     *
     * @param part class that said it, without its package
     */
    record Line(String part, String text) {}

    static {
        if (LoggerFactory.getLogger(OURS) instanceof Logger logger) {
            ErrorLines lines = new ErrorLines();
            lines.setContext(logger.getLoggerContext());
            lines.start();
            if (logger.getEffectiveLevel().isGreaterOrEqual(Level.ERROR)) {
                logger.setLevel(Level.ERROR);
                logger.setAdditive(false); // nobody asked to read them
            }
            logger.addAppender(lines);
        }
    }

    private ErrorLines() {}

    /** Collects what is logged in this thread from now on. */
    static Queue<Line> hear() {
        Queue<Line> lines = new ArrayDeque<>();
        HEARD.set(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        @Nullable Queue<Line> lines = HEARD.get();
        if (lines != null && event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            String name = event.getLoggerName();
            @Nullable IThrowableProxy cause = event.getThrowableProxy();
            lines.add(new Line(
                    name.substring(name.lastIndexOf('.') + 1),
                    event.getFormattedMessage()
                            + (cause == null ? "" : " (" + cause.getClassName() + ": " + cause.getMessage() + ")")));
        }
    }
}
