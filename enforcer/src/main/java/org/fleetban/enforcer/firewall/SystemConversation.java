package org.fleetban.enforcer.firewall;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.fleetban.enforcer.firewall.CommandRunner.Conversation;

/** A conversation with a process of this host. */
final class SystemConversation implements Conversation {

    /** Interactive tools print one for each line, without a line break. */
    private static final Pattern PROMPTS = Pattern.compile("^(?:[a-z]+> )*(?:[a-z]+>$)?");

    private final String name;
    private final Process process;
    private final Duration timeout;
    private final OutputStream in;
    private final BufferedReader out;

    SystemConversation(String name, Process process, Duration timeout) {
        this.name = name;
        this.process = process;
        this.timeout = timeout;
        this.in = process.getOutputStream();
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @Override
    public List<String> ask(String input, Predicate<String> last) throws FirewallException {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        CompletableFuture<Boolean> unused = answered.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(late -> process.destroyForcibly() != null);
        try {
            in.write(input.getBytes(StandardCharsets.UTF_8));
            in.flush();
            List<String> lines = new ArrayList<>();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String text = PROMPTS.matcher(line).replaceFirst("").strip();
                if (last.test(text)) {
                    return lines;
                }
                if (!text.isEmpty()) {
                    lines.add(text);
                }
            }
            throw new FirewallException(name + " ended: " + String.join(" · ", lines));
        } catch (IOException e) {
            throw new FirewallException(name + ": " + e.getMessage(), e);
        } finally {
            answered.complete(true);
            unused.cancel(false);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
