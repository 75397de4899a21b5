package org.fleetban.app;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fleetban.app.fleet.StandingBan;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.JsonCodec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleetban banned}: the bans that stand. */
@Command(
        name = "banned",
        description = "The bans that stand: jail, offender, since + seconds = until. Works without a processor.")
final class BannedCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--json", description = "One JSON object a line, as in the topic bans, without the evidence.")
    private boolean json;

    BannedCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new FleetAccess(environment, common.settings(environment)).run((view, admin) -> print(view));
    }

    private int print(FleetView view) {
        Instant now = environment.clock().instant();
        ZoneId zone = ZoneId.systemDefault();
        JsonCodec<StandingBan> codec = JsonCodec.of(StandingBan.class);
        Map<String, StandingBan> bans = view.bans((key, ban, offset) -> StandingBan.of(ban, now));
        new Results(environment).print(out -> {
            for (StandingBan ban : bans.values()) {
                if (json) {
                    Results.json(codec, ban, out);
                } else {
                    ban.print(out, zone);
                }
            }
        });
        return ExitCode.OK;
    }
}
