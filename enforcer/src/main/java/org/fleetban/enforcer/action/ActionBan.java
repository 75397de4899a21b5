package org.fleetban.enforcer.action;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.Family;
import org.jspecify.annotations.Nullable;

/**
 * A ban as commands are told of it.
 *
 * @param key in the table of bans
 * @param jail that banned
 * @param id the offender
 * @param family of its address; null: it is none
 * @param since milliseconds since the epoch
 * @param until the same; {@link Long#MAX_VALUE}: never
 * @param count failures
 * @param banCount times that it was banned, this time included
 * @param restored whether it stood before
 * @param matches its lines; none for a ban that is known from this host's own memory alone
 */
public record ActionBan(
        String key,
        String jail,
        String id,
        @Nullable Family family,
        long since,
        long until,
        int count,
        int banCount,
        boolean restored,
        String matches) {

    /** One value of a process's environment takes at most 128 KiB. */
    private static final int MAX_MATCHES = 100_000;

    /** What the table says. */
    public static ActionBan of(String key, BanRecord ban, boolean restored) {
        String matches = ban.evidence().stream().map(Evidence::line).collect(Collectors.joining("\n"));
        return new ActionBan(
                key,
                ban.jail(),
                ban.id(),
                ban.family(),
                ban.since().toEpochMilli(),
                ban.until() == null ? Long.MAX_VALUE : ban.until().toEpochMilli(),
                ban.count(),
                ban.banCount(),
                restored,
                matches.substring(0, Math.min(MAX_MATCHES / 3, matches.length())));
    }

    /** Without its lines, which are told once. */
    ActionBan remembered() {
        return new ActionBan(key, jail, id, family, since, until, count, banCount, true, "");
    }

    /** What fail2ban's tags of a ban stand for. */
    Map<String, String> tags(String host) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("ip", id);
        tags.put("fid", id);
        tags.put("family", family == Family.INET6 ? "inet6" : "inet4");
        tags.put("ip-rev", reversed());
        tags.put("ip-host", id);
        tags.put("failures", Integer.toString(count));
        tags.put("ipfailures", Integer.toString(count));
        tags.put("ipjailfailures", Integer.toString(count));
        tags.put("time", Long.toString(since / 1000));
        tags.put("bantime", Long.toString(until == Long.MAX_VALUE ? -1 : Math.max(0, (until - since) / 1000)));
        tags.put("bancount", Integer.toString(banCount));
        tags.put("restored", restored ? "1" : "0");
        tags.put("matches", matches);
        tags.put("ipmatches", matches);
        tags.put("ipjailmatches", matches);
        tags.put("jail.name", jail);
        tags.put("raw-ticket", "");
        tags.put("fq-hostname", host);
        tags.put("sh-hostname", host.replaceFirst("\\..*", ""));
        return tags;
    }

    /** The labels of a reverse look-up without its domain, as DNS block lists take them. */
    private String reversed() {
        if (family == null || id.indexOf('/') >= 0) {
            return id;
        }
        try {
            byte[] address = InetAddress.getByName(id).getAddress();
            List<String> labels = new ArrayList<>();
            for (byte part : address) {
                if (address.length == 4) {
                    labels.add(Integer.toString(part & 255));
                } else {
                    labels.addAll(List.of(HexFormat.of().toHexDigits(part).split("")));
                }
            }
            Collections.reverse(labels);
            return String.join(".", labels);
        } catch (UnknownHostException e) {
            return id;
        }
    }

    /** What a process's environment can hold of a value. */
    static String printable(String value) {
        String text = value.replace('\0', '?');
        return text.getBytes(StandardCharsets.UTF_8).length <= MAX_MATCHES
                ? text
                : text.substring(0, Math.min(MAX_MATCHES / 4, text.length()));
    }
}
