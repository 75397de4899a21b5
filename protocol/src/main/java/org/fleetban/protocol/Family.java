package org.fleetban.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The address family of an offender; an offender that is no address (a user name, a mail address) has none. */
public enum Family {
    @JsonProperty("inet")
    INET,
    @JsonProperty("inet6")
    INET6
}
