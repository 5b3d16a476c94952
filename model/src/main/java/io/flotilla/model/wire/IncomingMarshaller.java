package io.flotilla.model.wire;

import io.grpc.MethodDescriptor;
import java.io.InputStream;

/** Reads messages that this side of a method only receives. */
public abstract class IncomingMarshaller<T> implements MethodDescriptor.Marshaller<T> {
    @Override
    public final InputStream stream(T message) {
        throw new UnsupportedOperationException("this side receives such messages and sends none");
    }
}
