package org.fleetban.engine.config;

import java.nio.file.Path;

/**
 * Where something was read.
 *
 * @param line from 1; 0 for the file as a whole
 */
record Origin(Path file, int line) {}
