package io.flotilla.model.disk.simulated;

/**
 * The power failed at a disk operation, which did not happen: the process that asked for it is no more, and nothing
 * that it still does gets anywhere. An error, for nobody may catch it and go on.
 */
public final class PowerLostError extends Error {
    private static final long serialVersionUID = 1;

    PowerLostError(String what) {
        super("the power failed before " + what);
    }
}
