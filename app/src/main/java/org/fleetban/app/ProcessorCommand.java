package org.fleetban.app;

import java.util.List;
import java.util.concurrent.Callable;
import org.fleetban.app.settings.Settings;
import org.fleetban.processor.Jail;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fleetban processor}: lines to bans. */
@Command(
        name = "processor",
        description = "Recognise failures, count them over the fleet, decide bans. Several share the work.")
final class ProcessorCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final LogOptions logs = new LogOptions();

    ProcessorCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        Jails jails = new Jails(common.config(environment), logs.parse());
        ConfigurationWatch watch = jails.watch(environment);
        List<Jail> compiled = jails.compile(jails.read(), environment);
        return new Service(environment, settings, data.directory(environment), watch)
                .run(Service.Start.NOTHING, parts -> watch.add(parts.processor(compiled)));
    }
}
