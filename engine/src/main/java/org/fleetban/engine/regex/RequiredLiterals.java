package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Finds literals of which one occurs in every match of an expression, wherever that is. */
final class RequiredLiterals {

    /** More alternatives than this say nothing any more. */
    private static final int MAX_ALTERNATIVES = 64;

    /** So many ways in which a few alternatives and what is around them can read are told as literals each. */
    private static final int MAX_WAYS = 8;

    /** Longer literals are not rarer. */
    private static final int LONG = 24;

    private List<Literal> best = List.of();
    private final Set<List<Literal>> all = new LinkedHashSet<>();

    /** The literal that goes on; it occurs in every match. */
    private final Run current = new Run();

    /** The same from further back: all the ways in which what was matched last can read. */
    private final Run ways = new Run();

    private RequiredLiterals() {}

    /** Characters that follow each other, in one way or in several. */
    private static final class Run {
        private List<String> texts = List.of("");
        private boolean ignoresCase;

        void append(List<String> ends, boolean ofAnyCase) {
            texts = joined(texts, ends);
            ignoresCase |= ofAnyCase;
        }

        /** The literals; empty if one would be. Nothing goes on then. */
        List<Literal> end() {
            List<Literal> literals = new ArrayList<>();
            for (String text : new LinkedHashSet<>(texts)) {
                if (!text.isEmpty()) {
                    literals.add(new Literal(ignoresCase ? text.toLowerCase(Locale.ROOT) : text, ignoresCase));
                }
            }
            boolean complete = !texts.contains("");
            texts = List.of("");
            ignoresCase = false;
            return complete ? literals.stream().distinct().toList() : List.of();
        }

        private static List<String> joined(List<String> begins, List<String> ends) {
            List<String> joined = new ArrayList<>();
            for (String begin : begins) {
                for (String end : ends) {
                    joined.add(begin + end);
                }
            }
            return joined;
        }
    }

    /** The literals; empty where nothing is known. */
    static List<Literal> of(Node root) {
        return visited(root).best;
    }

    /** Literals in several lists; of each list one occurs in every match. */
    static List<List<Literal>> allOf(Node root) {
        return List.copyOf(visited(root).all);
    }

    private static RequiredLiterals visited(Node root) {
        RequiredLiterals literals = new RequiredLiterals();
        literals.visit(root);
        literals.endLiteral();
        return literals;
    }

    private void visit(Node node) {
        if (node instanceof Node.Chars chars) {
            character(chars.set());
        } else if (node instanceof Node.Sequence sequence) {
            sequence.items().forEach(this::visit);
        } else if (node instanceof Node.Group group) {
            visit(group.body());
        } else if (node instanceof Node.Atomic atomic) {
            visit(atomic.body());
        } else if (node instanceof Node.Alternation alternation) {
            goOn(node);
            offer(alternatives(alternation.branches()));
        } else if (node instanceof Node.Conditional conditional) {
            endLiteral();
            offer(alternatives(List.of(conditional.yes(), conditional.no())));
        } else if (node instanceof Node.Repeat repeat) {
            visitRepeat(repeat);
        } else if (node instanceof Node.BackReference) {
            endLiteral();
        }
        // Assertions and look-arounds take no characters: a literal goes on behind them.
    }

    private void visitRepeat(Node.Repeat repeat) {
        if (repeat.body() instanceof Node.Chars && repeat.min() == repeat.max() && repeat.min() <= 8) {
            for (int i = 0; i < repeat.min(); i++) {
                visit(repeat.body());
            }
            return;
        }
        goOn(repeat);
        if (repeat.min() > 0) {
            offer(of(repeat.body()));
        }
    }

    /** Ends the literal, and the ways unless they go on with a node. */
    private void goOn(Node node) {
        AtomicBoolean ignoresCase = new AtomicBoolean();
        List<String> readings = readings(node, ignoresCase);
        if (readings.isEmpty() || readings.size() * ways.texts.size() > MAX_WAYS) {
            endLiteral();
        } else {
            offer(current.end());
            ways.append(readings, ignoresCase.get());
        }
    }

    /** All that a node can match; empty where it is more than a few texts. */
    private static List<String> readings(Node node, AtomicBoolean ignoresCase) {
        if (node instanceof Node.Chars chars) {
            int letter = letter(chars.set());
            ignoresCase.set(ignoresCase.get() || chars.set().size() > 1);
            return letter < 0 ? List.of() : List.of(String.valueOf((char) letter));
        } else if (node instanceof Node.Sequence sequence) {
            List<String> texts = List.of("");
            for (Node item : sequence.items()) {
                texts = Run.joined(texts, readings(item, ignoresCase));
                if (texts.size() > MAX_WAYS) {
                    return List.of();
                }
            }
            return texts;
        } else if (node instanceof Node.Group group) {
            return readings(group.body(), ignoresCase);
        } else if (node instanceof Node.Alternation alternation) {
            List<String> texts = new ArrayList<>();
            for (Node branch : alternation.branches()) {
                List<String> own = readings(branch, ignoresCase);
                if (own.isEmpty() || texts.size() + own.size() > MAX_WAYS) {
                    return List.of();
                }
                texts.addAll(own);
            }
            return texts;
        } else if (node instanceof Node.Repeat repeat && repeat.min() == 0 && repeat.max() == 1) {
            List<String> texts = new ArrayList<>(readings(repeat.body(), ignoresCase));
            if (!texts.isEmpty()) {
                texts.add("");
            }
            return texts;
        } else if (node instanceof Node.Assertion || node instanceof Node.Look) {
            return List.of("");
        }
        return List.of();
    }

    private static List<Literal> alternatives(List<Node> branches) {
        Set<Literal> all = new LinkedHashSet<>();
        for (Node branch : branches) {
            List<Literal> one = of(branch);
            if (one.isEmpty()) {
                return List.of();
            }
            all.addAll(one);
        }
        return all.size() > MAX_ALTERNATIVES ? List.of() : List.copyOf(all);
    }

    private void character(CharSet set) {
        int letter = letter(set);
        if (letter < 0) {
            endLiteral();
            return;
        }
        List<String> text = List.of(String.valueOf((char) letter));
        current.append(text, set.size() > 1);
        ways.append(text, set.size() > 1);
    }

    /** The ASCII character that a set is, or the large letter where it is that and the small one; -1 for others. */
    private static int letter(CharSet set) {
        int first = set.isEmpty() ? 128 : set.first();
        boolean cases = first >= 'A' && first <= 'Z' && set.size() == 2 && set.contains(first + 32);
        return first < 128 && (set.size() == 1 || cases) ? first : -1;
    }

    private void endLiteral() {
        offer(current.end());
        List<Literal> several = ways.end();
        if (several.size() > 1) {
            offer(several);
        }
    }

    private void offer(List<Literal> literals) {
        if (!literals.isEmpty()) {
            all.add(List.copyOf(literals));
        }
        if (score(literals) > score(best)) {
            best = new ArrayList<>(literals);
        }
    }

    /** Long literals say more than short ones, few more than many. */
    private static int score(List<Literal> literals) {
        return literals.stream()
                        .mapToInt(literal -> 16 * Math.min(literal.text().length(), LONG))
                        .min()
                        .orElse(0)
                - Math.max(0, literals.size() - 1);
    }
}
