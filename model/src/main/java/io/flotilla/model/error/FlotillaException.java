package io.flotilla.model.error;

/** Carries a {@link FlotillaError} where a value cannot be returned. */
public final class FlotillaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient FlotillaError error;

    public FlotillaException(FlotillaError error) {
        super(error.toString());
        this.error = error;
    }

    public FlotillaException(FlotillaError error, Throwable cause) {
        super(error.toString(), cause);
        this.error = error;
    }

    public FlotillaError error() {
        return error;
    }
}
