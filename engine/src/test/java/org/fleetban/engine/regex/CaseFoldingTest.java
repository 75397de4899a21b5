package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is taken for granted of Unicode, so that not all of it is looked at when a process starts. */
class CaseFoldingTest {

    @Test
    void behindTheLastScriptNothingIsALetterADigitOrASpaceOrHasCase() {
        assertThat(IntStream.rangeClosed(CharSet.LAST_OF_SCRIPTS + 1, CharSet.MAX)
                        .filter(c -> Character.isLetterOrDigit(c)
                                || Character.getType(c) == Character.LETTER_NUMBER
                                || Character.getType(c) == Character.OTHER_NUMBER
                                || Character.getType(c) == Character.SPACE_SEPARATOR
                                || Character.toLowerCase(c) != c
                                || CaseFolding.mayBeRaised(c)))
                .isEmpty();
    }

    @Test
    void whatHasAnUpperCaseIsKnownWithoutMakingIt() {
        assertThat(IntStream.rangeClosed(0, CharSet.MAX)
                        .filter(c -> !CaseFolding.mayBeRaised(c) && Character.toLowerCase(c) == c)
                        .mapToObj(Character::toString)
                        .filter(text -> !text.toUpperCase(Locale.ROOT).equals(text)))
                .isEmpty();
    }
}
