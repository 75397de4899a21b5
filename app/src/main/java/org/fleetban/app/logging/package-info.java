/** Messages of the small processes: the form of log4j2.xml without log4j, which is half a megabyte of classes more. */
@NullMarked
package org.fleetban.app.logging;

import org.jspecify.annotations.NullMarked;
