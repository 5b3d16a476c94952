package io.flotilla.bench.cluster;

import java.nio.file.Path;

/**
 * Where things are built.
 *
 * @param scripts the launcher's folder
 * @param flotillaLib jars of the distribution
 * @param benchLib jar of the load generators
 * @param kafka folder with Kafka's jars in lib and a log4j2.properties
 * @param work folder for nodes' data, emptied after each round
 */
public record Home(Path scripts, Path flotillaLib, Path benchLib, Path kafka, Path work) {
    /** All jars of a folder, as a class path. */
    static String jars(Path folder) {
        return folder.resolve("*").toString();
    }

    /** The JVM that runs this process. */
    static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }
}
