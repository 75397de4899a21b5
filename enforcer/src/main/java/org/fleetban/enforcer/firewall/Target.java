package org.fleetban.enforcer.firewall;

/**
 * One entry of a firewall: this address or network, in this group.
 *
 * @param group which rule refuses it
 * @param network whom
 */
public record Target(Group group, Network network) {}
