package org.fleetban.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a codec by hand refuses, against {@link JsonCodec}. */
final class Refusals {

    private Refusals() {}

    /** Asserts that both refuse a record, in the same words. */
    static void same(ThrowingCallable byHand, ThrowingCallable any) {
        Throwable other = catchThrowable(any);
        assertThat(other).isInstanceOf(BadRecordException.class);
        assertThatThrownBy(byHand).isInstanceOf(BadRecordException.class).hasMessage(other.getMessage());
    }
}
