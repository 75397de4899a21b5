package org.fleetban.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "config")
final class ConfigCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    ConfigCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        common.settings(environment);
        throw new UnsupportedOperationException();
    }
}
