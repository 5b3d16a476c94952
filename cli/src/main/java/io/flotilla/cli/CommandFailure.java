package io.flotilla.cli;

/** A command could not do what it was asked; the message is for people and all there is to say. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }
}
