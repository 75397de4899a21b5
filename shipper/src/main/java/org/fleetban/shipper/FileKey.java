package org.fleetban.shipper;

/** Where a file lives: the same after a rename, but given to another file once this one is gone. */
record FileKey(long device, long inode) {}
