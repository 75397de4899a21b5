package org.fleetban.shipper;

/** The shipper cannot start; the message says what is wrong and what to do, for the person who started it. */
public final class ShipperException extends Exception {

    private static final long serialVersionUID = 1;

    /** @param message what was found, where, and what to do */
    public ShipperException(String message) {
        super(message);
    }

    /**
     * @param message what was found, where, and what to do
     * @param cause what the system said
     */
    public ShipperException(String message, Throwable cause) {
        super(message, cause);
    }
}
