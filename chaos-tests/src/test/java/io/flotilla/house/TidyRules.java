package io.flotilla.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** What a tidy file looks like. Each rule answers the complaints about one source; a tidy one has none. */
final class TidyRules {
    private static final int FILE_LINES_MAX = 400;
    private static final int METHOD_LINES_MAX = 60;
    private static final int PARAMETERS_MAX = 5;
    private static final int LINE_LENGTH_MAX = 120;

    private static final Pattern MISSING_NOUN = Pattern.compile(".*(Manager|Handler|Utils?|Helper|Common|Impl)");

    /** Spelt in pieces, so that the rule does not complain of itself. */
    private static final Pattern LEFT_OPEN = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX|HA" + "CK)\\b");

    private static final Pattern SLEEP = Pattern.compile("(.*\\.)?sleep");

    /** A first sentence of javadoc: some words, then a full stop. */
    private static final Pattern SENTENCE = Pattern.compile("\\s*\\w[^.]+ [^.]+\\..*", Pattern.DOTALL);

    private TidyRules() {}

    static List<String> fileIsShort(JavaSource source) {
        int lines = source.lines().size();
        return source.isMain() && lines > FILE_LINES_MAX
                ? List.of("%s: %d lines, at most %d".formatted(source.path(), lines, FILE_LINES_MAX))
                : List.of();
    }

    static List<String> methodsAreShort(JavaSource source) {
        List<String> complaints = new ArrayList<>();
        forEachMethod(source, method -> {
            long lines = source.lastLine(method) - source.firstLine(method) + 1;
            if (lines > METHOD_LINES_MAX) {
                complaints.add("%s: %s has %d lines, at most %d"
                        .formatted(at(source, method), method.getName(), lines, METHOD_LINES_MAX));
            }
        });
        return complaints;
    }

    /** An overriding method has no choice; the components of a record are fields first. */
    static List<String> parametersAreFew(JavaSource source) {
        List<String> complaints = new ArrayList<>();
        new TreeScanner<Void, ClassTree>() {
            @Override
            public Void visitClass(ClassTree type, @Nullable ClassTree outer) {
                return super.visitClass(type, type);
            }

            @Override
            public Void visitMethod(MethodTree method, ClassTree type) {
                int parameters = method.getParameters().size();
                if (parameters > PARAMETERS_MAX && !isOverride(method) && !isCanonical(method, type)) {
                    complaints.add("%s: %s has %d parameters, at most %d"
                            .formatted(at(source, method), method.getName(), parameters, PARAMETERS_MAX));
                }
                return super.visitMethod(method, type);
            }
        }.scan(source.isMain() ? source.tree() : null, null);
        return complaints;
    }

    static List<String> linesFit(JavaSource source) {
        return linesFit(source.path().toString(), source.lines());
    }

    static List<String> linesFit(String path, List<String> lines) {
        return complainOfLines(path, lines, line -> line.length() > LINE_LENGTH_MAX, "longer than 120 characters");
    }

    static List<String> linesHaveNoTabs(JavaSource source) {
        return linesHaveNoTabs(source.path().toString(), source.lines());
    }

    static List<String> linesHaveNoTabs(String path, List<String> lines) {
        return complainOfLines(path, lines, line -> line.indexOf('\t') >= 0, "holds a tab");
    }

    static List<String> nothingIsLeftOpen(JavaSource source) {
        return nothingIsLeftOpen(source.path().toString(), source.lines());
    }

    static List<String> nothingIsLeftOpen(String path, List<String> lines) {
        return complainOfLines(path, lines, line -> LEFT_OPEN.matcher(line).find(), "leaves something open");
    }

    static List<String> namesHaveANoun(JavaSource source) {
        List<String> complaints = new ArrayList<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitClass(ClassTree type, Void none) {
                if (MISSING_NOUN.matcher(type.getSimpleName()).matches()) {
                    complaints.add("%s: the noun is missing in %s".formatted(at(source, type), type.getSimpleName()));
                }
                return super.visitClass(type, none);
            }
        }.scan(source.tree(), null);
        return complaints;
    }

    static List<String> testsDoNotSleep(JavaSource source) {
        List<String> complaints = new ArrayList<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
                Tree method = call.getMethodSelect();
                boolean named = method instanceof MemberSelectTree || method instanceof IdentifierTree;
                if (named && SLEEP.matcher(method.toString()).matches()) {
                    complaints.add("%s: sleeps; wait for a condition".formatted(at(source, call)));
                }
                return super.visitMethodInvocation(call, none);
            }
        }.scan(source.isTest() ? source.tree() : null, null);
        return complaints;
    }

    static List<String> pureCodeTakesNoLocks(JavaSource source) {
        List<String> complaints = new ArrayList<>();
        boolean pure = source.isMain() && PurityRules.isPure(source.packageName());
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitSynchronized(SynchronizedTree block, Void none) {
                complaints.add("%s: takes a lock in a pure package".formatted(at(source, block)));
                return super.visitSynchronized(block, none);
            }
        }.scan(pure ? source.tree() : null, null);
        return complaints;
    }

    static List<String> publicTypesSayWhatTheyAreFor(JavaSource source) {
        return source.tree().getTypeDecls().stream()
                .filter(type -> source.isMain() && type instanceof ClassTree)
                .map(ClassTree.class::cast)
                .filter(type -> type.getModifiers().getFlags().contains(Modifier.PUBLIC))
                .filter(type -> !isSentence(source.javadocOf(type)))
                .map(type -> "%s: %s is public and has no javadoc".formatted(at(source, type), type.getSimpleName()))
                .toList();
    }

    static List<String> packageInfoIsNullMarkedAndSaysWhatFor(JavaSource source) {
        if (!source.isPackageInfo()) {
            return List.of();
        }
        var declaration = source.tree().getPackage();
        List<String> complaints = new ArrayList<>();
        if (declaration.getAnnotations().stream()
                .noneMatch(
                        annotation -> annotation.getAnnotationType().toString().endsWith("NullMarked"))) {
            complaints.add("%s: lacks @NullMarked".formatted(source.path()));
        }
        if (!isSentence(source.javadocOf(declaration))) {
            complaints.add("%s: says in no sentence what the package is for".formatted(source.path()));
        }
        return complaints;
    }

    private static boolean isSentence(@Nullable String javadoc) {
        return javadoc != null && SENTENCE.matcher(javadoc).matches();
    }

    private static boolean isOverride(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .anyMatch(
                        annotation -> annotation.getAnnotationType().toString().equals("Override"));
    }

    /** Whether a method is the constructor of a record that takes all its components. */
    private static boolean isCanonical(MethodTree method, ClassTree type) {
        long components = type.getMembers().stream()
                .filter(VariableTree.class::isInstance)
                .map(VariableTree.class::cast)
                .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .count();
        return type.getKind() == Tree.Kind.RECORD
                && method.getName().contentEquals("<init>")
                && method.getParameters().size() == components;
    }

    private static void forEachMethod(JavaSource source, Consumer<MethodTree> visitor) {
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void none) {
                visitor.accept(method);
                return super.visitMethod(method, none);
            }
        }.scan(source.tree(), null);
    }

    private static List<String> complainOfLines(
            String path, List<String> lines, Predicate<String> bad, String complaint) {
        return IntStream.range(0, lines.size())
                .filter(index -> bad.test(lines.get(index)))
                .mapToObj(index -> "%s:%d: %s".formatted(path, index + 1, complaint))
                .toList();
    }

    private static String at(JavaSource source, Tree construct) {
        return source.path() + ":" + source.firstLine(construct);
    }
}
