package io.flotilla.model.id;

import java.util.List;

/** Where a listener can be reached. */
public record Endpoint(String host, int port) {
    private static final int PORT_MAX = 65535;
    private static final List<String> WILDCARDS = List.of("0.0.0.0", "0", "::", "::0", "0:0:0:0:0:0:0:0");

    public Endpoint {
        if (host.isBlank()) {
            throw new IllegalArgumentException("an endpoint needs a host");
        }
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port + " is not in 0.." + PORT_MAX);
        }
    }

    /**
     * Reads "host:port", with the host of an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException with a message for people when the text is something else
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("'" + text + "' is not host:port");
        }
        String host = text.substring(0, colon).trim();
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Endpoint(host, Integer.parseInt(text.substring(colon + 1).trim()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not host:port", e);
        }
    }

    /** Whether the host means "all addresses of this machine": good to listen on, nothing to connect to. */
    public boolean isWildcard() {
        return WILDCARDS.contains(host);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
