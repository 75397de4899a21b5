package org.fleetban.app;

import java.util.concurrent.Callable;
import org.fleetban.app.settings.Settings;
import org.fleetban.engine.config.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fleetban shipper}: log files to Kafka. */
@Command(name = "shipper", description = "Ship this host's log files to Kafka.")
final class ShipperCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final LogOptions logs = new LogOptions();

    ShipperCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        Jails jails = new Jails(common.config(environment), logs.parse());
        ConfigurationWatch watch = jails.watch(environment);
        Configuration configuration = jails.read();
        return new Service(environment, settings, data.directory(environment), watch)
                .run(Service.Start.NOTHING, parts -> jails.shipTo(parts, configuration, watch));
    }
}
