package org.fleetban.app;

import java.util.concurrent.Callable;
import org.fleetban.app.settings.Settings;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.engine.config.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fleetban agent}: shipper and enforcer of one host. */
@Command(name = "agent", description = "Shipper and enforcer of this host in one small process.")
final class AgentCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final LogOptions logs = new LogOptions();

    @Mixin
    private final FirewallOptions firewalls = new FirewallOptions();

    AgentCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        Jails jails = new Jails(common.config(environment), logs.parse());
        ConfigurationWatch watch = jails.watch(environment);
        Configuration configuration = jails.read();
        Firewall firewall = firewalls.firewall(settings, environment);
        HostActions actions = firewalls.actions(configuration, environment);
        return new Service(environment, settings, data.directory(environment), watch)
                .run(
                        parts -> watch.add(parts.enforcer(firewall, EnforcerLog.ofHost(environment), actions)),
                        parts -> jails.shipTo(parts, configuration, watch));
    }
}
