package org.fleetban.app;

import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.fleetban.app.fleet.Explanation;
import org.fleetban.app.fleet.ExplanationText;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.JsonCodec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetban why}: why an offender is banned, or is not. */
@Command(
        name = "why",
        description =
                "Why an offender is banned, or is not: bans and the hosts on which they hold, what counts now, the"
                        + " ignore rule that hit, history, log lines. Works without a processor.")
final class WhyCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "ID", description = "An address, a network, or any other offender.")
    private String id = "";

    @Option(names = "--json", description = "One JSON object, for programs.")
    private boolean json;

    WhyCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (id.isBlank()) {
            throw new UserException("why whom? Expected an address, a network, or another offender");
        }
        return new FleetAccess(environment, common.settings(environment)).run((view, admin) -> explain(view));
    }

    private int explain(FleetView view) {
        Instant now = environment.clock().instant();
        Explanation why = Explanation.of(now, Explanation.canonical(id), view);
        new Results(environment).print(out -> {
            if (json) {
                Results.json(JsonCodec.of(Explanation.class), why, out);
            } else {
                new ExplanationText(why, ZoneId.systemDefault()).print(out);
            }
        });
        return ExitCode.OK;
    }
}
