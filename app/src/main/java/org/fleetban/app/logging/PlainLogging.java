package org.fleetban.app.logging;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * SLF4J's provider in processes that shall be small; the launcher names it in {@code slf4j.provider}. Messages go to the
 * error stream in the form, and from the levels, of {@code log4j2.xml}, which serves all other processes.
 */
public final class PlainLogging implements SLF4JServiceProvider, ILoggerFactory {

    /** The level of the Kafka libraries, as log4j2.xml reads it. */
    private static final String KAFKA_LEVEL = "fleetban.kafka.log";

    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    /** For SLF4J. */
    public PlainLogging() {}

    @Override
    public void initialize() {}

    @Override
    public ILoggerFactory getLoggerFactory() {
        return this;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public Logger getLogger(String name) {
        return loggers.computeIfAbsent(name, named -> new PlainLogger(named, level(named)));
    }

    private static Level level(String name) {
        if (name.startsWith("org.fleetban.")) {
            return Level.INFO;
        }
        if (name.startsWith("org.apache.kafka.") || name.startsWith("kafka.")) {
            String asked = System.getProperty(KAFKA_LEVEL, "error");
            for (Level level : Level.values()) {
                if (level.name().equalsIgnoreCase(asked)) {
                    return level;
                }
            }
            return Level.ERROR;
        }
        return Level.WARN;
    }
}
