package org.fleetban.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "processor")
final class ProcessorCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    ProcessorCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        common.settings(environment);
        throw new UnsupportedOperationException();
    }
}
