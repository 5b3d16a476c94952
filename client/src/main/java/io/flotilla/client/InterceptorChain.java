package io.flotilla.client;

import io.flotilla.model.error.FlotillaException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A producer's interceptors, none of which can break it. As thread-safe as they are. */
final class InterceptorChain {
    private static final Logger LOG = LoggerFactory.getLogger(InterceptorChain.class);

    private final List<ProducerInterceptor> interceptors;

    InterceptorChain(List<ProducerInterceptor> interceptors) {
        this.interceptors = List.copyOf(interceptors);
    }

    /** The record as the last of them wants it sent; one that throws is passed over. */
    ProducerRecord onSend(ProducerRecord record) {
        ProducerRecord current = record;
        for (ProducerInterceptor interceptor : interceptors) {
            try {
                current = interceptor.onSend(current);
            } catch (RuntimeException e) {
                LOG.warn("an interceptor threw on a record for topic {}; it is sent without it", record.topic(), e);
            }
        }
        return current;
    }

    void onAcknowledgement(
            ProducerRecord record, @Nullable RecordMetadata metadata, @Nullable FlotillaException failure) {
        each("on an answer", interceptor -> interceptor.onAcknowledgement(record, metadata, failure));
    }

    void close() {
        each("when it was closed", ProducerInterceptor::close);
    }

    private void each(String when, Consumer<ProducerInterceptor> call) {
        for (ProducerInterceptor interceptor : interceptors) {
            try {
                call.accept(interceptor);
            } catch (RuntimeException e) {
                LOG.warn("an interceptor threw {}", when, e);
            }
        }
    }
}
