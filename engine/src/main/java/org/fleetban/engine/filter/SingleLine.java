package org.fleetban.engine.filter;

import java.util.AbstractList;
import java.util.Objects;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/** A line as a list of lines. Its string is made when somebody looks: of most lines that end a session, nobody does. */
final class SingleLine extends AbstractList<String> {

    private final Text line;
    private @Nullable String string;

    SingleLine(Text line) {
        this.line = line;
    }

    @Override
    public String get(int index) {
        Objects.checkIndex(index, 1);
        String known = string;
        if (known == null) {
            known = line.toString();
            string = known;
        }
        return known;
    }

    @Override
    public int size() {
        return 1;
    }
}
