package io.flotilla.quorum.raft;

/** One member of the quorum: its node id and the endpoint on which the other members reach its Raft port. */
public record Voter(int id, String host, int port) {

    public Voter {
        if (id < 0) {
            throw new IllegalArgumentException("Voter id " + id + " is negative.");
        }
        if (host.isBlank()) {
            throw new IllegalArgumentException("Voter " + id + " has no host.");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Voter " + id + " has port " + port + ", which is not in 1..65535.");
        }
    }

    /**
     * Parses {@code id@host:port}, one element of {@code controller.quorum.voters}.
     *
     * @throws IllegalArgumentException naming the offending text
     */
    public static Voter parse(String text) {
        int at = text.indexOf('@');
        int colon = text.lastIndexOf(':');
        if (at < 1 || colon < at + 2 || colon == text.length() - 1) {
            throw malformed(text);
        }
        try {
            String host = text.substring(at + 1, colon);
            return new Voter(
                    Integer.parseInt(text.substring(0, at)), host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    String address() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return id + "@" + address();
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "Voter '" + text + "' is not of the form id@host:port, for example 1@127.0.0.1:9094.");
    }
}
