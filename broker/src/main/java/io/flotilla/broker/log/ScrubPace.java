package io.flotilla.broker.log;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a directory's scrub within its rate: pass after pass, with a pause between them, and says what each has read.
 * One thread at a time, which calls it several times a second.
 */
public final class ScrubPace {
    /** A first pass does not wait for longer: a node that is restarted every day would else never read anything. */
    public static final long FIRST_PAUSE_NANOS_MAX = 60_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(ScrubPace.class);

    private static final double SECOND_NANOS = 1e9;
    private static final int STEP_BYTES = 64 << 10;
    /** Logs without anything to read cost nothing, but there may be many. */
    private static final int STEPS_MAX = 1_000;

    private final Scrub scrub;
    private final Settings settings;
    private boolean reading;
    private long beginAtNanos;
    private long begunNanos;
    private long paidAtNanos;
    /** What the rate has paid for and was not read yet; below 0 after a batch that was larger. */
    private double bytesPaid;

    /**
     * How fast, and how often.
     *
     * @param bytesPerSecond at least 1
     * @param pauseNanos between the end of a pass and the next
     */
    public record Settings(long bytesPerSecond, long pauseNanos) {
        public Settings {
            if (bytesPerSecond < 1 || pauseNanos < 0) {
                throw new IllegalArgumentException("a scrub of " + bytesPerSecond + " bytes/s every " + pauseNanos
                        + " ns; it takes at least 1 byte/s and no negative pause");
            }
        }
    }

    public ScrubPace(Scrub scrub, Settings settings, long nowNanos) {
        this.scrub = scrub;
        this.settings = settings;
        this.beginAtNanos = nowNanos + Math.min(settings.pauseNanos(), FIRST_PAUSE_NANOS_MAX);
    }

    /** Reads what the rate has paid for since the last call. */
    public void tick(long nowNanos) {
        if (!reading && nowNanos - beginAtNanos >= 0) {
            begin(nowNanos);
        }
        if (!reading) {
            return;
        }
        double second = settings.bytesPerSecond();
        bytesPaid = Math.min(second, bytesPaid + (nowNanos - paidAtNanos) / SECOND_NANOS * second);
        paidAtNanos = nowNanos;
        for (int steps = 0; steps < STEPS_MAX && bytesPaid > 0 && !scrub.isOver(); steps++) {
            bytesPaid -= scrub.step((int) Math.min(STEP_BYTES, bytesPaid));
        }
        if (scrub.isOver()) {
            end(nowNanos);
        }
    }

    private void begin(long nowNanos) {
        reading = true;
        begunNanos = nowNanos;
        paidAtNanos = nowNanos;
        bytesPaid = 0;
        scrub.begin();
        LOG.debug("scrub of {}: begins, at {} bytes/s", scrub.name(), settings.bytesPerSecond());
    }

    private void end(long nowNanos) {
        reading = false;
        beginAtNanos = nowNanos + settings.pauseNanos();
        var pass = scrub.pass();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nowNanos - begunNanos);
        if (pass.damaged() > 0) {
            LOG.warn(
                    "scrub of {}: read {} logs, {} bytes, in {} s, and met damage in {} of them; what was found is"
                            + " said above. Check this disk and the memory of this host",
                    scrub.name(),
                    pass.logs(),
                    pass.bytes(),
                    seconds,
                    pass.damaged());
        } else {
            LOG.info(
                    "scrub of {}: read {} logs, {} bytes, in {} s, all sound; the next begins in {} s",
                    scrub.name(),
                    pass.logs(),
                    pass.bytes(),
                    seconds,
                    TimeUnit.NANOSECONDS.toSeconds(settings.pauseNanos()));
        }
    }
}
