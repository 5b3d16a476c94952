package io.flotilla.broker.coordinator;

import io.flotilla.model.error.FlotillaError;

/**
 * What somebody is to see of a decision, once all that it rests on is committed. Called on the loop, one of the two.
 */
interface Shown {
    /** The decision stands: shows it. */
    void show();

    /** It does not, or nobody knows: says so, with the right outcome. */
    void fail(FlotillaError error);
}
