package io.flotilla.client;

import io.flotilla.client.internal.batch.PartitionChoice;
import io.flotilla.client.internal.batch.PartitionChooser;
import io.flotilla.client.internal.batch.PendingRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What an application adds to a producer.
 *
 * @param partitioner in the place of those that are built in
 * @param interceptors see each record in this order
 */
public record ProducerPlugins(Optional<Partitioner> partitioner, List<ProducerInterceptor> interceptors) {
    public ProducerPlugins {
        interceptors = List.copyOf(interceptors);
    }

    public static ProducerPlugins none() {
        return new ProducerPlugins(Optional.empty(), List.of());
    }

    /**
     * Makes those whose classes are named, by their constructors without parameters.
     *
     * @param partitionerClass empty for none
     * @throws IllegalArgumentException that names the key, the class and what is wrong with it
     */
    static ProducerPlugins ofClasses(Optional<String> partitionerClass, List<String> interceptorClasses) {
        List<ProducerInterceptor> interceptors = new ArrayList<>();
        for (String name : interceptorClasses) {
            interceptors.add(make(ProducerConfig.INTERCEPTOR_CLASSES, name, ProducerInterceptor.class));
        }
        return new ProducerPlugins(
                partitionerClass.map(name -> make(ProducerConfig.PARTITIONER_CLASS, name, Partitioner.class)),
                interceptors);
    }

    private static <T> T make(String key, String className, Class<T> type) {
        ClassLoader loader = Objects.requireNonNullElse(
                Thread.currentThread().getContextClassLoader(), ProducerPlugins.class.getClassLoader());
        try {
            Class<?> found = Class.forName(className, true, loader);
            if (!type.isAssignableFrom(found)) {
                throw new IllegalArgumentException(
                        key + "=" + className + " does not implement " + type.getName() + "; name a class that does");
            }
            return type.cast(found.getConstructor().newInstance());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(key + "=" + className + " is not on the class path", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    key + "=" + className + " cannot be made: it needs a public constructor without parameters that"
                            + " does not throw",
                    e);
        }
    }

    /** The partitioner as the producing core calls it, or the choice that is built in. */
    PartitionChooser.Factory choosers(PartitionChoice builtIn, int batchBytes, RandomGenerator random) {
        return partitioner
                .<PartitionChooser.Factory>map(
                        own -> topic -> (record, partitions) -> own.partition(view(record), view(partitions)))
                .orElseGet(() -> builtIn.factory(batchBytes, random));
    }

    private static ProducerRecord view(PendingRecord record) {
        PendingRecord.Content content =
                Objects.requireNonNull(record.content(), "a record is placed before it is written");
        return new ProducerRecord(
                record.topic(), null, record.timestampMs(), content.key(), content.value(), content.headers());
    }

    private static Partitioner.Partitions view(PartitionChooser.TopicPartitions partitions) {
        return new Partitioner.Partitions() {
            @Override
            public int count() {
                return partitions.count();
            }

            @Override
            public boolean isAvailable(int partition) {
                return partitions.isLed(partition);
            }

            @Override
            public int queuedBatches(int partition) {
                return partitions.queuedBatches(partition);
            }
        };
    }
}
