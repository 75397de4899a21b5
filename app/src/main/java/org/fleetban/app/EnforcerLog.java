package org.fleetban.app;

import java.time.Clock;
import java.util.function.Consumer;
import org.fleetban.enforcer.Ban;
import org.fleetban.enforcer.EnforcerListener;
import org.fleetban.enforcer.Refusal;

/** Writes what an enforcer does, in the form of {@code fail2ban.log}. */
final class EnforcerLog implements EnforcerListener {

    private static final String GENERAL = "fleetban";
    private static final int FULL = 1 << 13;

    private final LogForm form;
    private final Clock clock;
    private final Consumer<String> out;
    private final boolean withBans;

    /** What is not yet written. */
    private final StringBuilder lines = new StringBuilder();

    /**
     * @param form of the lines
     * @param clock the time of the lines
     * @param out takes one or more lines with line breaks between them: a start may tell of 100,000 bans
     * @param withBans whether bans and unbans are written; false where {@link BanLog} writes them for the whole fleet
     */
    EnforcerLog(LogForm form, Clock clock, Consumer<String> out, boolean withBans) {
        this.form = form;
        this.clock = clock;
        this.out = out;
        this.withBans = withBans;
    }

    /** The log of one host: its bans and unbans, on the process's output. */
    static EnforcerLog ofHost(Environment environment) {
        return new EnforcerLog(LogForm.ofThisProcess(), environment.clock(), environment.out()::println, true);
    }

    @Override
    public void banned(Ban ban, boolean restored) {
        if (withBans) {
            write(LogForm.Level.NOTICE, ban.jail(), (restored ? "Restore Ban " : "Ban ") + ban.id());
        }
    }

    @Override
    public void unbanned(Ban ban) {
        if (withBans) {
            write(LogForm.Level.NOTICE, ban.jail(), "Unban " + ban.id());
        }
    }

    @Override
    public void refused(Ban ban, Refusal refusal) {
        write(
                LogForm.Level.WARNING,
                ban.jail(),
                ban.id() + " is not enforced on this host (" + refusal.reason() + "): " + refusal.detail());
    }

    @Override
    public void healed(String fault) {
        write(LogForm.Level.WARNING, GENERAL, "the firewall was changed by somebody and has been put right: " + fault);
    }

    @Override
    public void problem(String message) {
        write(LogForm.Level.WARNING, GENERAL, message);
    }

    @Override
    public void info(String message) {
        write(LogForm.Level.INFO, GENERAL, message);
    }

    @Override
    public void settled() {
        if (!lines.isEmpty()) {
            out.accept(lines.toString());
            lines.setLength(0);
        }
    }

    private void write(LogForm.Level level, String jail, String message) {
        if (!lines.isEmpty()) {
            lines.append(System.lineSeparator());
        }
        lines.append(form.action(clock.instant(), level, jail, message));
        if (lines.length() > FULL) {
            settled();
        }
    }
}
