package io.flotilla.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** One Java file, parsed but not resolved: its lines, its syntax tree and its place in the house. Immutable. */
final class JavaSource {
    private final Path path;
    private final String text;
    private final CompilationUnitTree tree;
    private final Trees trees;

    private JavaSource(Path path, CompilationUnitTree tree, Trees trees) throws IOException {
        this.path = path;
        this.text = tree.getSourceFile().getCharContent(true).toString();
        this.tree = tree;
        this.trees = trees;
    }

    /** Parses files; the paths of the result are relative to {@code root}. */
    static List<JavaSource> parse(Path root, List<Path> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager disk =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            return parse(root, compiler, disk.getJavaFileObjectsFromPaths(files));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parses units that may live in memory only. */
    static List<JavaSource> parse(Path root, JavaCompiler compiler, Iterable<? extends JavaFileObject> units)
            throws IOException {
        if (!units.iterator().hasNext()) {
            return List.of();
        }
        JavacTask task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, units);
        Trees trees = Trees.instance(task);
        List<JavaSource> sources = new ArrayList<>();
        for (CompilationUnitTree tree : task.parse()) {
            Path file = Path.of(tree.getSourceFile().toUri().getPath());
            sources.add(new JavaSource(file.startsWith(root) ? root.relativize(file) : file, tree, trees));
        }
        return sources;
    }

    Path path() {
        return path;
    }

    CompilationUnitTree tree() {
        return tree;
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /** The module's directory name. */
    String module() {
        return path.getName(0).toString();
    }

    boolean isMain() {
        return path.startsWith(Path.of(module(), "src", "main"));
    }

    boolean isTest() {
        return path.startsWith(Path.of(module(), "src", "test"));
    }

    boolean isPackageInfo() {
        return path.endsWith("package-info.java");
    }

    String packageName() {
        return tree.getPackageName().toString();
    }

    /** The javadoc of a declaration, or null where there is none. */
    @Nullable
    String javadocOf(Tree declaration) {
        return trees.getDocComment(TreePath.getPath(tree, declaration));
    }

    /** The line, from 1, on which a construct starts. */
    long firstLine(Tree construct) {
        return tree.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(tree, construct));
    }

    /** The line, from 1, on which a construct ends. */
    long lastLine(Tree construct) {
        return tree.getLineMap().getLineNumber(trees.getSourcePositions().getEndPosition(tree, construct));
    }
}
