package io.flotilla.client;

/** How leaders are elected when somebody asks. */
public enum ElectionKind {
    /** The first replica of each partition leads again, if it is in sync: nothing is lost. */
    PREFERRED,
    /** Where nobody leads, any replica in service may: committed records may be lost. */
    UNCLEAN
}
