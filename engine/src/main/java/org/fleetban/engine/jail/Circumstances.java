package org.fleetban.engine.jail;

import org.jspecify.annotations.Nullable;

/** What a decision depends on beside the offender's own state; asked only when there is something to decide. */
public interface Circumstances {

    /** The wall clock, milliseconds since 1970: a ban that ends before it is not enforced. */
    long nowMs();

    /** The ignore rule that protects the offender, in words, or null. */
    @Nullable
    String ignoredBy();

    /** How many times other jails have banned the offender, for {@code bantime.overalljails}. */
    int bansInOtherJails();
}
