package io.flotilla.chaos.mutant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles the changed files of mutants against the classes that this process runs on; all in memory. One thread at a
 * time; closed by whoever made it.
 */
final class MutantCompiler implements AutoCloseable {
    private final JavaCompiler compiler;
    /** Remembers what the jars of the class path hold, from one mutant to the next. */
    private final StandardJavaFileManager classes;

    MutantCompiler() {
        JavaCompiler installed = ToolProvider.getSystemJavaCompiler();
        if (installed == null) {
            throw new IllegalStateException("mutants are compiled; run this on a JDK, not on a JRE");
        }
        this.compiler = installed;
        this.classes = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
    }

    /**
     * Compiles sources.
     *
     * @param sources Java files by path
     * @return class files by binary name
     */
    Map<String, byte[]> compile(String mutant, Map<String, String> sources) {
        Output output = new Output(classes);
        StringWriter complaints = new StringWriter();
        List<SourceText> units = sources.entrySet().stream()
                .map(source -> new SourceText(source.getKey(), source.getValue()))
                .toList();
        List<String> options = List.of("-proc:none", "-nowarn", "-Xlint:none", "-implicit:none", "--release", "17");
        if (!compiler.getTask(complaints, output, null, options, null, units).call()) {
            throw new IllegalArgumentException("mutant " + mutant + " does not compile any more:\n" + complaints);
        }
        return output.compiled();
    }

    @Override
    public void close() {
        try {
            classes.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class SourceText extends SimpleJavaFileObject {
        private final String text;

        SourceText(String path, String text) {
            super(URI.create("text:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what the compiler writes. */
    private static final class Output extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new TreeMap<>();

        Output(StandardJavaFileManager classes) {
            super(classes);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            written.put(className, bytes);
            return new SimpleJavaFileObject(URI.create("bytes:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        Map<String, byte[]> compiled() {
            Map<String, byte[]> compiled = new TreeMap<>();
            written.forEach((name, bytes) -> compiled.put(name, bytes.toByteArray()));
            return compiled;
        }
    }
}
