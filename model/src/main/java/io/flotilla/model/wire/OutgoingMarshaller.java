package io.flotilla.model.wire;

import io.grpc.MethodDescriptor;
import java.io.InputStream;

/** Writes messages that this side of a method only sends. */
public abstract class OutgoingMarshaller<T> implements MethodDescriptor.Marshaller<T> {
    @Override
    public final T parse(InputStream message) {
        throw new UnsupportedOperationException("this side sends such messages and receives none");
    }
}
