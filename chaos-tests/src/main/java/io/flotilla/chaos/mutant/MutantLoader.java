package io.flotilla.chaos.mutant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The product and the simulator once more, with the changed classes of a mutant in place of the product's own.
 * Libraries and generated messages are shared with the rest of the process.
 */
final class MutantLoader extends ClassLoader {
    private static final String OURS = "io.flotilla.";
    private static final String SHARED = "io.flotilla.proto.";

    private final Map<String, byte[]> changed;

    static {
        registerAsParallelCapable();
    }

    /** @param changed class files by binary name */
    MutantLoader(Map<String, byte[]> changed) {
        super("mutant", MutantLoader.class.getClassLoader());
        this.changed = changed;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS) || name.startsWith(SHARED)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = changed.get(name);
        if (bytes == null) {
            bytes = original(name);
        }
        return defineClass(name, bytes, 0, bytes.length, MutantLoader.class.getProtectionDomain());
    }

    private byte[] original(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
