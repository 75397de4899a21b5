/** JMH benchmarks and whole-process comparisons; never part of the default test run. */
@NullMarked
package org.fleetban.bench;

import org.jspecify.annotations.NullMarked;
