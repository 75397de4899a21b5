package org.fleetban.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a jail counts and bans: over all hosts together, or each host for itself. */
public enum Scope {
    @JsonProperty("fleet")
    FLEET,
    @JsonProperty("host")
    HOST
}
