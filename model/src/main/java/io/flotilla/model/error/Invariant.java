package io.flotilla.model.error;

/** A rule that the code itself guarantees; a breach is a bug and stops the process. */
public final class Invariant {
    private Invariant() {}

    /**
     * Throws {@link InvariantBroken} unless the rule holds.
     *
     * @param message a format string that names the rule and the values, used only on a breach
     */
    public static void check(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new InvariantBroken(message.formatted(values));
        }
    }

    /** A bug in Flotilla. Nothing catches it but the process's last resort, which halts. */
    public static final class InvariantBroken extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        InvariantBroken(String message) {
            super(message);
        }
    }
}
