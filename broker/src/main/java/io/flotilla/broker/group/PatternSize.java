package io.flotilla.broker.group;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large a pattern becomes when its repetitions are written out, which is what RE2 compiles:
 * {@code ((x{999}){999}){999}} takes more memory than there is. An estimate, and for a pattern that is none any number.
 * Of use once.
 */
final class PatternSize {
    private final String regex;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long outerSum;
    private long size;
    /** Size of what a repetition that follows would repeat. */
    private long last;

    private int at;

    private PatternSize(String regex) {
        this.regex = regex;
    }

    /** Whether a pattern, written out, has more parts than a limit. */
    static boolean exceeds(String regex, long limit) {
        PatternSize pattern = new PatternSize(regex);
        while (pattern.at < regex.length()) {
            pattern.step();
            if (pattern.size + pattern.outerSum > limit) {
                return true;
            }
        }
        return false;
    }

    private void step() {
        char c = regex.charAt(at++);
        switch (c) {
            case '(' -> {
                outer.push(size);
                outerSum += size;
                size = 0;
                last = 0;
            }
            case ')' -> {
                last = size + 1;
                long before = outer.isEmpty() ? 0 : outer.pop();
                outerSum -= before;
                size = before + last;
            }
            case '[' -> {
                skipClass();
                atom();
            }
            case '\\' -> {
                skipEscape();
                atom();
            }
            case '{' -> repeat();
            case '*', '+', '?' -> {
                last++;
                size++;
            }
            default -> atom();
        }
    }

    private void atom() {
        last = 1;
        size++;
    }

    /** {@code {n}}, {@code {n,}} or {@code {n,m}}; anything else is a brace. */
    private void repeat() {
        int end = regex.indexOf('}', at);
        String[] bounds = end < 0 ? new String[0] : regex.substring(at, end).split(",", 2);
        long times = 0;
        for (String bound : bounds) {
            if (!bound.isEmpty() && !bound.chars().allMatch(c -> c >= '0' && c <= '9')) {
                atom();
                return;
            }
            times = Math.max(times, bound.isEmpty() ? 0 : bound.length() > 4 ? 10_000 : Long.parseLong(bound));
        }
        if (end < 0) {
            atom();
            return;
        }
        at = end + 1;
        long more = last * Math.max(0, times - 1) + 1;
        size += more;
        last += more;
    }

    private void skipEscape() {
        if (at >= regex.length()) {
            return;
        }
        char kind = regex.charAt(at++);
        if ((kind == 'p' || kind == 'P' || kind == 'x') && at < regex.length() && regex.charAt(at) == '{') {
            int end = regex.indexOf('}', at);
            at = end < 0 ? regex.length() : end + 1;
        }
    }

    /**
     * To behind the bracket that closes a class; one that comes first, or is escaped, or ends a name in it, closes
     * none.
     */
    private void skipClass() {
        if (at < regex.length() && regex.charAt(at) == '^') {
            at++;
        }
        if (at < regex.length() && regex.charAt(at) == ']') {
            at++;
        }
        while (at < regex.length() && regex.charAt(at) != ']') {
            int nameEnd = regex.startsWith("[:", at) ? regex.indexOf(":]", at + 2) : -1;
            at += nameEnd >= 0 ? nameEnd + 2 - at : regex.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }
}
