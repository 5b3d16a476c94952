package io.flotilla.cli;

import java.util.List;
import java.util.Map;

/** One view of consumer groups, for people and for programs. */
interface GroupReport {
    /** Kafka's columns. */
    Table table();

    /** A map for each row. */
    List<Map<String, Object>> json();
}
