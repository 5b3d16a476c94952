package io.flotilla.model.error;

/** Whether a refused or failed request may have had an effect. */
public enum Outcome {
    /** For certain nothing was written or changed. */
    NOT_APPLIED,
    /** It was applied, or may have been. */
    UNKNOWN
}
