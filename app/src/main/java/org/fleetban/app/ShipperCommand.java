package org.fleetban.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "shipper")
final class ShipperCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    ShipperCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        common.settings(environment);
        throw new UnsupportedOperationException();
    }
}
