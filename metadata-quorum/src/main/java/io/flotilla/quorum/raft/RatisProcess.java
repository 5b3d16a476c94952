package io.flotilla.quorum.raft;

import org.apache.ratis.util.ExitUtils;

/** Takes the process back from Ratis, which would otherwise end it by itself. */
final class RatisProcess {

    private RatisProcess() {}

    /**
     * Ratis calls System.exit where it cannot bind, and installs a default handler that ends the process on any
     * uncaught exception of any thread. Both are switched off; the handler of before stays.
     */
    static synchronized void tame() {
        Thread.UncaughtExceptionHandler ours = Thread.getDefaultUncaughtExceptionHandler();
        ExitUtils.disableSystemExit();
        ExitUtils.setTerminateOnUncaughtException(false);
        Thread.setDefaultUncaughtExceptionHandler(ours);
    }
}
