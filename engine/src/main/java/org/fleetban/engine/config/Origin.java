package org.fleetban.engine.config;

import java.nio.file.Path;

/**
 * Where something was read.
 *
 * @param file as found from the configuration's directory
 * @param line from 1; 0 for the file as a whole
 */
public record Origin(Path file, int line) {}
