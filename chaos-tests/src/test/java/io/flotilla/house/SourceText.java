package io.flotilla.house;

import java.net.URI;
import javax.tools.SimpleJavaFileObject;

/** A Java file that exists in a test's text only. Immutable. */
final class SourceText extends SimpleJavaFileObject {
    private final String text;

    /** @param path where the file would be, absolute */
    SourceText(String path, String text) {
        super(URI.create("text://" + path), Kind.SOURCE);
        this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
    }
}
