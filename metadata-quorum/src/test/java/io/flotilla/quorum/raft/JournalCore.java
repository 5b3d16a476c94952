package io.flotilla.quorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flotilla.quorum.log.CapturedState;
import io.flotilla.quorum.log.ReplicatedCore;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A core that remembers every command; {@code boom} breaks an invariant. Replies with the number of commands. */
final class JournalCore implements ReplicatedCore {

    static final String BOOM = "boom";

    private final List<String> commands = new CopyOnWriteArrayList<>();

    @Override
    public byte[] apply(byte[] command, long term, long index) {
        String text = text(command);
        if (text.equals(BOOM)) {
            throw new IllegalStateException("an invariant is broken");
        }
        commands.add(text);
        return bytes("" + commands.size());
    }

    @Override
    public CapturedState capture() {
        List<String> captured = List.copyOf(commands);
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(captured.size());
            for (String command : captured) {
                byte[] encoded = bytes(command);
                data.writeInt(encoded.length);
                data.write(encoded);
            }
            data.flush();
        };
    }

    @Override
    public void load(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        String[] loaded = new String[data.readInt()];
        for (int i = 0; i < loaded.length; i++) {
            loaded[i] = text(data.readNBytes(data.readInt()));
        }
        commands.clear();
        commands.addAll(List.of(loaded));
    }

    List<String> commands() {
        return List.copyOf(commands);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
