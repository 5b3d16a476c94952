package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flotilla.client.Admin;
import io.flotilla.client.ReplicaDigest;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares what the replicas of a topic hold below the high watermark. */
final class ReplicaVerification {
    private static final int DIGITS = 16;

    private final Admin admin;
    private final PrintWriter out;
    private final OutputOptions output;

    ReplicaVerification(Admin admin, PrintWriter out, OutputOptions output) {
        this.admin = admin;
        this.out = out;
        this.output = output;
    }

    /** Exit code 0 when all replicas of every partition hold the same bytes, 1 otherwise. */
    int verify(String topic) throws JsonProcessingException {
        List<ReplicaDigest> digests = admin.verifyReplicas(topic, List.of());
        output.print(
                out,
                () -> table(digests),
                () -> digests.stream().map(ReplicaVerification::json).toList());
        Map<Integer, ReplicaDigest> first = new TreeMap<>();
        boolean equal = true;
        for (ReplicaDigest digest : digests) {
            equal &= first.computeIfAbsent(digest.partition(), number -> digest).agreesWith(digest);
        }
        if (!equal) {
            out.println("the replicas DIFFER");
            out.flush();
        }
        return equal ? 0 : 1;
    }

    private static Table table(List<ReplicaDigest> digests) {
        Table table = new Table("Partition", "Broker", "StartOffset", "EndOffset", "Batches", "Bytes", "Sha256");
        for (ReplicaDigest digest : digests) {
            table.row(
                    digest.partition(),
                    digest.brokerId(),
                    digest.startOffset(),
                    digest.endOffset(),
                    digest.batches(),
                    digest.bytes(),
                    digest.error()
                            .map(error -> error.code() + ": " + error.message())
                            .orElseGet(() -> digest.sha256().substring(0, DIGITS)));
        }
        return table;
    }

    private static Map<String, Object> json(ReplicaDigest digest) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("partition", digest.partition());
        json.put("broker", digest.brokerId());
        json.put("startOffset", digest.startOffset());
        json.put("endOffset", digest.endOffset());
        json.put("batches", digest.batches());
        json.put("bytes", digest.bytes());
        json.put("sha256", digest.sha256());
        json.put("error", digest.error().map(Object::toString).orElse(""));
        return json;
    }
}
