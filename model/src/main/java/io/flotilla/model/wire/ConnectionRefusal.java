package io.flotilla.model.wire;

import java.net.ConnectException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells a refused connection, which proves that nobody listens, from failures that prove nothing. */
public final class ConnectionRefusal {
    private ConnectionRefusal() {}

    /** Netty words a refusal as the JDK does, in an exception of its own that extends the JDK's. */
    public static boolean isBehind(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                String message = cause.getMessage();
                return message != null && message.toLowerCase(Locale.ROOT).contains("refused");
            }
        }
        return false;
    }
}
