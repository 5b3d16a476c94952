package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import java.nio.ByteBuffer;

/**
 * A file of a log directory without which the directory cannot be used: replaced as a whole, durable at once, and
 * refused when it is missing or damaged.
 */
record DirectoryFile(Disk disk, String name) {
    void replace(ByteBuffer content) {
        CheckedFile.replace(disk, name, content);
        try {
            disk.syncDirectory("");
        } catch (DiskException e) { // of no kind that says that nothing has changed
            throw new DiskException(DiskException.Kind.SYNC_FAILED, "the new " + name + " is not durable: " + e, e);
        }
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
