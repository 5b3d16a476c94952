package io.flotilla.chaos.mutant;

import java.util.List;

/**
 * One place in one source file where a mutant differs. Immutable.
 *
 * @param file path from the root of the source tree
 * @param search whole lines as the file has them now
 * @param replacement the lines that the mutant has there
 */
record Edit(String file, List<String> search, List<String> replacement) {
    Edit {
        if (search.isEmpty()) {
            throw new IllegalArgumentException("an edit of " + file + " names no line that the file has now");
        }
        if (search.equals(replacement)) {
            throw new IllegalArgumentException("an edit of " + file + " changes nothing");
        }
        search = List.copyOf(search);
        replacement = List.copyOf(replacement);
    }

    /** The source with the edit; refused unless its lines stand there exactly once. */
    String applyTo(String source) {
        String text = "\n" + source;
        String wanted = "\n" + String.join("\n", search) + "\n";
        int at = text.indexOf(wanted);
        if (at < 0) {
            throw new IllegalArgumentException(
                    file + " does not have these lines any more; the mutant must follow the code:" + wanted);
        }
        if (text.indexOf(wanted, at + 1) >= 0) {
            throw new IllegalArgumentException(
                    file + " has these lines more than once; give the mutant more context:" + wanted);
        }
        String lines = replacement.isEmpty() ? "\n" : "\n" + String.join("\n", replacement) + "\n";
        return (text.substring(0, at) + lines + text.substring(at + wanted.length())).substring(1);
    }
}
