package org.fleetban.engine.filter;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tags of the filter language, from {@code <HOST>} to {@code <SKIPLINES>}, and what they stand for. */
final class Tags {

    private static final Pattern TAG = Pattern.compile("</?[\\w\\-]+/?>");
    private static final Pattern NAMED = Pattern.compile("(/?)F-([A-Z0-9_\\-]+)");
    private static final Pattern GLOBAL_FLAGS_IN_GROUP = Pattern.compile("(?<!\\\\)\\((?:\\?:)?(\\(\\?[a-z]+)\\)");

    private static final String IP4 = "(?:::f{4,6}:)?(?P<ip4>(?:\\d{1,3}\\.){3}\\d{1,3})";
    private static final String IP6 = "(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))";
    private static final String DNS = "(?P<dns>[\\w\\-.^_]*\\w)";
    private static final String CIDR = "(?P<cidr>\\d+)";
    private static final String ADDR = "\\[?(?:" + IP4 + "|" + IP6 + ")\\]?";
    private static final String SUBNET = "\\[?(?:" + IP4 + "|" + IP6 + ")(?:/" + CIDR + ")?\\]?";

    private static final Map<String, String> FIXED = Map.ofEntries(
            Map.entry("IP4", IP4),
            Map.entry("F-IP4/", IP4),
            Map.entry("IP6", IP6),
            Map.entry("F-IP6/", IP6),
            Map.entry("ADDR", ADDR),
            Map.entry("F-ADDR/", ADDR),
            Map.entry("CIDR", CIDR),
            Map.entry("F-CIDR/", CIDR),
            Map.entry("SUBNET", SUBNET),
            Map.entry("F-SUBNET/", SUBNET),
            Map.entry("DNS", DNS),
            Map.entry("F-DNS/", DNS),
            Map.entry("F-ID/", "(?P<fid>\\S+)"),
            Map.entry("F-PORT/", "(?P<fport>\\w+)"));

    private static final Map<String, String> GROUP_NAMES = Map.of("id", "fid", "port", "fport");

    private Tags() {}

    /**
     * Replaces the tags of an expression; what is no tag stays as it is.
     *
     * @param hostNames whether {@code <HOST>} takes names too ({@code usedns} is not {@code no})
     */
    static String expand(String expression, boolean hostNames) {
        Map<String, String> fixed = new HashMap<>(FIXED);
        fixed.put("HOST", hostNames ? "(?:" + ADDR + "|" + DNS + ")" : ADDR);
        Set<String> opened = new HashSet<>();
        int skipLines = 0;
        StringBuilder expanded = new StringBuilder();
        Matcher tags = TAG.matcher(expression);
        while (tags.find()) {
            String tag = tags.group().substring(1, tags.group().length() - 1);
            Matcher named = NAMED.matcher(tag);
            String replacement = tags.group();
            if (tag.equals("SKIPLINES")) {
                replacement = "\\n(?P<skiplines" + skipLines++ + ">(?:(?:.*\\n)*?))";
            } else if (fixed.containsKey(tag)) {
                replacement = fixed.get(tag);
            } else if (named.matches() && named.group(1).isEmpty()) {
                opened.add(named.group(2));
                replacement = "(?P<" + groupName(named.group(2)) + ">";
            } else if (named.matches() && opened.contains(named.group(2))) {
                replacement = ")";
            }
            tags.appendReplacement(expanded, Matcher.quoteReplacement(replacement));
        }
        tags.appendTail(expanded);
        return GLOBAL_FLAGS_IN_GROUP.matcher(expanded).replaceAll("$1:");
    }

    /** The group that a tag's name stands for. */
    static String groupName(String tag) {
        String name = tag.toLowerCase(Locale.ROOT);
        return GROUP_NAMES.getOrDefault(name, name);
    }
}
