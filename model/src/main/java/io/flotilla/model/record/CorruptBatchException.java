package io.flotilla.model.record;

/** Thrown while reading records whose batch passed the checks of its outside but not of its inside. */
public final class CorruptBatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient BatchDefect defect;

    public CorruptBatchException(BatchDefect defect) {
        super(defect.message());
        this.defect = defect;
    }

    static CorruptBatchException records(String message) {
        return new CorruptBatchException(new BatchDefect(BatchDefect.Kind.BAD_RECORDS, message));
    }

    public BatchDefect defect() {
        return defect;
    }
}
