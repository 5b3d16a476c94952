package io.flotilla.broker.log;

import java.util.Locale;
import java.util.OptionalLong;

/** Names of the files in a log's folder: a number of twenty digits and what the file is. */
final class LogFiles {
    static final String SEGMENT = ".log";
    static final String INDEX = ".index";
    static final String PRODUCERS = ".producers";
    static final String TEMPORARY = ".tmp";
    /** Behind the name of a segment that its log gave up. */
    static final String GIVEN_UP = ".deleted";

    /** What a cleaning makes of segments, until it takes the place of the first of them. */
    static final String CLEANED = ".cleaned";
    /** Says which segments a cleaned one takes the place of, besides the one of the same number. */
    static final String MERGED = ".merged";
    /** How far a log is cleaned. */
    static final String CLEANED_TO = "cleaner-offset-checkpoint";

    static final String EPOCHS = "leader-epoch-checkpoint";

    private static final int DIGITS = 20;

    private LogFiles() {}

    static String name(long offset, String kind) {
        return String.format(Locale.ROOT, "%0" + DIGITS + "d%s", offset, kind);
    }

    /** The number in a name of that kind; empty when the name is another file's. */
    static OptionalLong offsetIn(String name, String kind) {
        if (name.length() != DIGITS + kind.length() || !name.endsWith(kind)) {
            return OptionalLong.empty();
        }
        try {
            long offset = Long.parseLong(name.substring(0, DIGITS));
            return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }
}
