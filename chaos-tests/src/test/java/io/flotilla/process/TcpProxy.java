package io.flotilla.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network between a port of this host and another one, which can lie: it resets what is connected, and answers who
 * connects with a refusal although the process behind it lives. Safe for any thread.
 */
final class TcpProxy implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int CONNECT_MS = 2_000;

    private final int port;
    private final int target;
    private final List<Socket> open = new ArrayList<>();
    private @Nullable ServerSocket listener;

    TcpProxy(int port, int target) {
        this.port = port;
        this.target = target;
        accept();
    }

    /** Takes connections, as in the beginning. */
    synchronized void accept() {
        if (listener != null) {
            return;
        }
        try {
            ServerSocket bound = new ServerSocket();
            bound.setReuseAddress(true);
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            listener = bound;
            start("accept", () -> acceptFrom(bound));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses new connections from now on, as if nobody listened; those that are open live on. */
    synchronized void refuse() {
        if (listener != null) {
            closeQuietly(listener);
            listener = null;
        }
    }

    /** Resets every open connection in both directions. */
    synchronized void reset() {
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
            }
            closeQuietly(socket);
        }
        open.clear();
    }

    private void acceptFrom(ServerSocket bound) {
        while (true) {
            try {
                Socket client = bound.accept();
                Socket server = new Socket();
                if (join(client, server)) {
                    start("to", () -> carry(client, server));
                    start("from", () -> carry(server, client));
                }
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    /** False when the target is not there: the client's connection is reset then. */
    private boolean join(Socket client, Socket server) {
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MS);
        } catch (IOException e) {
            cut(client, server);
            return false;
        }
        synchronized (this) {
            open.add(client);
            open.add(server);
        }
        return true;
    }

    private void carry(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            cut(from, to);
        }
        synchronized (this) {
            open.remove(from);
            open.remove(to);
        }
        closeQuietly(from);
        closeQuietly(to);
    }

    /** An end that broke is passed on as a reset. */
    private static void cut(Socket one, Socket other) {
        for (Socket socket : List.of(one, other)) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
            }
            closeQuietly(socket);
        }
    }

    private static void closeQuietly(AutoCloseable closed) {
        try {
            closed.close();
        } catch (Exception e) {
            // Nobody needs it any more.
        }
    }

    private void start(String what, Runnable work) {
        Thread thread = new Thread(work, "proxy-" + port + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        refuse();
        reset();
    }
}
