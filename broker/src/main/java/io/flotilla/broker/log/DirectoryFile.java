package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import java.nio.ByteBuffer;

/**
 * A file of a log directory without which the directory cannot be used: replaced as a whole, durable at once, and
 * refused when it is missing or damaged.
 */
record DirectoryFile(Disk disk, String name) {
    void replace(ByteBuffer content) {
        CheckedFile.replace(disk, name, content);
        disk.syncDirectory("");
    }

    ByteBuffer read() {
        var content = CheckedFile.read(disk, name);
        if (content.bytes() != null) {
            return content.bytes();
        }
        throw content.damage() == null ? missing() : refused(content.damage());
    }

    DirectoryRefusedException missing() {
        return refused(disk.name() + "/" + name + " is missing");
    }

    DirectoryRefusedException unreadable() {
        return refused(disk.name() + "/" + name + " matches its checksum but cannot be read by this version");
    }

    private DirectoryRefusedException refused(String what) {
        return new DirectoryRefusedException(what + "; the log directory cannot be trusted without it. To give the"
                + " directory up and have its replicas fetched again, move it away and start the broker");
    }
}
