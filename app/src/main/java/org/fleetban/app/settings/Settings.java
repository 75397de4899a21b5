package org.fleetban.app.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fleetban.app.UserException;
import org.fleetban.enforcer.EnforcerSettings;
import org.fleetban.processor.ProcessorSettings;
import org.fleetban.protocol.Topics;
import org.fleetban.shipper.ShipperSettings;

/**
 * The service's own settings: {@code fleetban.properties} of the configuration directory, each overridden by an
 * environment variable. A name that is not known is an error. Everything that begins with {@code kafka.} goes to the
 * Kafka clients as it is, {@code broker.kafka.} to the embedded broker.
 */
public final class Settings {

    /** The file's name in the configuration directory. */
    public static final String FILE = "fleetban.properties";

    static final String ENVIRONMENT_PREFIX = "FLEETBAN_";

    /** Variables of the launcher, which are no settings. */
    private static final Set<String> LAUNCHER_VARIABLES =
            Set.of("FLEETBAN_HOME", "FLEETBAN_JAVA_OPTS", "FLEETBAN_CONFIG", "FLEETBAN_DATA");

    /** Several lines of this size are in flight in a shipper of some ten megabytes. */
    private static final int MAX_LINE_BYTES = 4 << 20;

    private static final String KAFKA = "kafka.";
    private static final String BROKER_KAFKA = "broker.kafka.";

    /** Where Kafka is. */
    public static final Setting<String> BOOTSTRAP_SERVERS = new Setting<>(
            "bootstrap.servers",
            "localhost:9092",
            Settings::nonEmpty,
            "host:port of one or more Kafka brokers, separated by commas; 'fleetban run' uses its own broker instead");

    /** This host's name in keys, bans and reports. */
    public static final Setting<String> HOST_NAME = new Setting<>(
            "host.name", "", Settings::hostName, "this host's name in the fleet; empty: the system's host name");

    /** What topic names begin with. */
    public static final Setting<Topics> TOPICS_PREFIX =
            new Setting<>("topics.prefix", Topics.DEFAULT_PREFIX, Topics::new, "what every topic's name begins with");

    /** Partitions of the topics that scale. */
    public static final Setting<Integer> TOPICS_PARTITIONS = new Setting<>(
            "topics.partitions",
            "12",
            integer(1, 1000),
            "partitions of lines, failures, events and commands when they are created: the most processors that can"
                    + " share the work");

    /** Replicas of each partition. */
    public static final Setting<Optional<Short>> TOPICS_REPLICATION = new Setting<>(
            "topics.replication",
            "",
            text -> text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(integer(1, 15).parse(text).shortValue()),
            "replicas of each partition when topics are created; empty: the broker's default");

    /** Where the embedded broker listens. */
    public static final Setting<HostPort> BROKER_LISTEN = new Setting<>(
            "broker.listen",
            "127.0.0.1:9092",
            HostPort::parse,
            "address:port on which the broker of 'fleetban run' listens");

    /** What the embedded broker tells clients to connect to. */
    public static final Setting<Optional<HostPort>> BROKER_ADVERTISE = new Setting<>(
            "broker.advertise",
            "",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(HostPort.parse(text)),
            "host:port under which other machines reach that broker; empty: the same as broker.listen");

    /** Where a shipper cuts a line. */
    public static final Setting<Integer> SHIPPER_MAX_LINE_BYTES = new Setting<>(
            "shipper.max-line-bytes",
            Integer.toString(ShipperSettings.DEFAULT_MAX_LINE_BYTES),
            integer(ShipperSettings.MIN_MAX_LINE_BYTES, MAX_LINE_BYTES),
            "longer lines are cut after so many bytes, and counted; must fit into the topic's max.message.bytes");

    /** Names the processors that share the work. */
    public static final Setting<String> PROCESSOR_APPLICATION_ID = new Setting<>(
            "processor.application-id",
            ProcessorSettings.DEFAULT_APPLICATION_ID,
            Settings::nonEmpty,
            "processors with the same id share the work; it names their consumer group and changelogs");

    /** Threads of a processor. */
    public static final Setting<Integer> PROCESSOR_THREADS = new Setting<>(
            "processor.threads",
            "2",
            integer(1, 256),
            "threads of one processor; one more than its cores gives throughput, as partitions are never even, and costs"
                    + " time while many bans end at once; at most topics.partitions of them have work");

    /** Where a processor keeps its counts. */
    public static final Setting<ProcessorSettings.Store> PROCESSOR_STORE = new Setting<>(
            "processor.store",
            "memory",
            Settings::store,
            "where counts are kept beside their changelog in Kafka: memory (faster), or rocksdb (on disk: more offenders"
                    + " than memory holds, a quicker restart)");

    /** The firewall. */
    public static final Setting<String> ENFORCER_FIREWALL = new Setting<>(
            "enforcer.firewall",
            "auto",
            Settings::nonEmpty,
            "auto (the first of the following that works here), ipset, nftables, iptables, or none");

    /** What becomes of a packet. */
    public static final Setting<String> ENFORCER_BLOCK = new Setting<>(
            "enforcer.block", "reject", Settings::nonEmpty, "what becomes of an offender's packets: reject or drop");

    /** Where packets are looked at. */
    public static final Setting<String> ENFORCER_CHAINS = new Setting<>(
            "enforcer.chains",
            "INPUT",
            Settings::nonEmpty,
            "chains in which offenders are refused, separated by commas: INPUT, FORWARD, DOCKER-USER");

    /** What is never banned here. */
    public static final Setting<String> ENFORCER_NEVER_BAN = new Setting<>(
            "enforcer.never-ban",
            "",
            text -> text,
            "addresses and networks that no ban touches on this host, separated by commas; its own addresses, its gateway"
                    + " and Kafka's brokers are among them anyway");

    /** The largest IPv4 network. */
    public static final Setting<String> ENFORCER_LARGEST_IPV4 = new Setting<>(
            "enforcer.largest-ipv4",
            "16",
            Settings::nonEmpty,
            "the shortest prefix of an IPv4 network that is banned at once; larger networks wait for 'fleetban confirm'");

    /** The largest IPv6 network. */
    public static final Setting<String> ENFORCER_LARGEST_IPV6 =
            new Setting<>("enforcer.largest-ipv6", "32", Settings::nonEmpty, "the same for IPv6");

    /** How many bans a minute need no confirmation. */
    public static final Setting<String> ENFORCER_NEW_BANS_PER_MINUTE = new Setting<>(
            "enforcer.new-bans-per-minute",
            "1000",
            Settings::nonEmpty,
            "new bans beyond so many a minute wait for 'fleetban confirm'; 0: no limit");

    /** How many bans there is room for. */
    public static final Setting<String> ENFORCER_CAPACITY = new Setting<>(
            "enforcer.capacity",
            "1048576",
            Settings::nonEmpty,
            "how many bans with the same ports and protocol the firewall takes of each address family");

    /** What our chains and sets are called. */
    public static final Setting<String> ENFORCER_NAMES = new Setting<>(
            "enforcer.names",
            "fb",
            Settings::nonEmpty,
            "what the names of Fleetban's chains, sets and tables begin with: one to five lower-case letters and digits");

    /** How often the firewall is looked at. */
    public static final Setting<String> ENFORCER_AUDIT_MS = new Setting<>(
            "enforcer.audit.ms",
            "3000",
            Settings::nonEmpty,
            "how often, in ms, the firewall is compared with the bans, and put right");

    private static final List<Setting<?>> ALL = List.of(
            BOOTSTRAP_SERVERS,
            HOST_NAME,
            TOPICS_PREFIX,
            TOPICS_PARTITIONS,
            TOPICS_REPLICATION,
            BROKER_LISTEN,
            BROKER_ADVERTISE,
            SHIPPER_MAX_LINE_BYTES,
            PROCESSOR_APPLICATION_ID,
            PROCESSOR_THREADS,
            PROCESSOR_STORE,
            ENFORCER_FIREWALL,
            ENFORCER_BLOCK,
            ENFORCER_CHAINS,
            ENFORCER_NEVER_BAN,
            ENFORCER_LARGEST_IPV4,
            ENFORCER_LARGEST_IPV6,
            ENFORCER_NEW_BANS_PER_MINUTE,
            ENFORCER_CAPACITY,
            ENFORCER_NAMES,
            ENFORCER_AUDIT_MS);

    private static final Set<String> CLIENT_ROLES = Set.of("producer", "consumer", "admin", "streams");

    private final Path file;
    private final Map<String, String> texts;
    private final Map<String, String> origins;

    private Settings(Path file, Map<String, String> texts, Map<String, String> origins) {
        this.file = file;
        this.texts = texts;
        this.origins = origins;
    }

    /** Every setting there is, in the order in which people read about them. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /**
     * Reads the settings; a missing file gives the defaults.
     *
     * @param configDirectory where {@value #FILE} may be
     * @param environment the process's environment
     * @throws UserException if a name is not known or a value is not what was expected, with file and line
     */
    public static Settings load(Path configDirectory, Map<String, String> environment) {
        Path file = configDirectory.resolve(FILE);
        Map<String, String> texts = new HashMap<>();
        Map<String, String> origins = new HashMap<>();
        if (Files.exists(file)) {
            PropertiesFile.read(file).forEach((name, entry) -> {
                texts.put(name, entry.value());
                origins.put(name, file + ":" + entry.line());
            });
        }
        overrideFrom(environment, texts, origins);
        Settings settings = new Settings(file, texts, origins);
        settings.validate();
        return settings;
    }

    private static void overrideFrom(
            Map<String, String> environment, Map<String, String> texts, Map<String, String> origins) {
        Map<String, String> byVariable = new HashMap<>();
        ALL.forEach(setting -> byVariable.put(setting.environmentVariable(), setting.name()));
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (!variable.startsWith(ENVIRONMENT_PREFIX) || LAUNCHER_VARIABLES.contains(variable)) {
                return;
            }
            String name = byVariable.get(variable);
            if (name == null) {
                name = variable.substring(ENVIRONMENT_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
            }
            texts.put(name, value.trim());
            origins.put(name, "environment variable " + variable);
        });
    }

    private void validate() {
        List<String> names = new ArrayList<>(texts.keySet());
        names.sort(null);
        for (String name : names) {
            if (isKnown(name) || name.startsWith(KAFKA) || name.startsWith(BROKER_KAFKA)) {
                continue;
            }
            throw new UserException(origins.get(name) + ": unknown setting '" + name + "'" + suggestion(name));
        }
        ALL.forEach(this::get);
        enforcer(Path.of(""));
    }

    private static boolean isKnown(String name) {
        return ALL.stream().anyMatch(setting -> setting.name().equals(name));
    }

    private static String suggestion(String name) {
        return ALL.stream()
                .map(Setting::name)
                .filter(known -> EditDistance.between(known, name) <= 3)
                .findFirst()
                .map(known -> "; is '" + known + "' meant?")
                .orElse("; all settings are in " + FILE + " of the checkout's config/");
    }

    /**
     * The value of a setting.
     *
     * @throws UserException if its text is not what was expected
     */
    public <T> T get(Setting<T> setting) {
        String text = texts.getOrDefault(setting.name(), setting.defaultText());
        try {
            return setting.parser().parse(text);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    origins.getOrDefault(setting.name(), file.toString()) + ": " + setting.name() + " = '" + text
                            + "': " + e.getMessage(),
                    e);
        }
    }

    /**
     * The settings for a Kafka client: all of {@code kafka.*}, and over them those of {@code kafka.<role>.*}.
     *
     * @param role {@code producer}, {@code consumer}, {@code admin} or {@code streams}
     * @param bootstrapServers where Kafka is
     */
    public Map<String, Object> kafka(String role, String bootstrapServers) {
        Map<String, Object> client = new TreeMap<>();
        client.put("bootstrap.servers", bootstrapServers);
        withPrefix(KAFKA).forEach((name, value) -> {
            if (CLIENT_ROLES.stream().noneMatch(r -> name.startsWith(r + "."))) {
                client.put(name, value);
            }
        });
        client.putAll(withPrefix(KAFKA + role + "."));
        return client;
    }

    /**
     * What the enforcer is told.
     *
     * @param data where it keeps its snapshot
     * @throws UserException if a value is not what was expected
     */
    public EnforcerSettings enforcer(Path data) {
        Map<String, String> properties = new TreeMap<>();
        withPrefix(EnforcerSettings.PREFIX)
                .forEach((name, value) -> properties.put(EnforcerSettings.PREFIX + name, value));
        try {
            return EnforcerSettings.of(properties, get(HOST_NAME), get(TOPICS_PREFIX), data);
        } catch (IllegalArgumentException e) {
            String origin = properties.keySet().stream()
                    .filter(name -> String.valueOf(e.getMessage()).startsWith(name))
                    .map(origins::get)
                    .findFirst()
                    .orElse(file.toString());
            throw new UserException(origin + ": " + e.getMessage(), e);
        }
    }

    /** What goes to the embedded broker as it is. */
    public Map<String, String> brokerProperties() {
        return withPrefix(BROKER_KAFKA);
    }

    private Map<String, String> withPrefix(String prefix) {
        Map<String, String> found = new TreeMap<>();
        texts.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }

    private static String nonEmpty(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("expected a value");
        }
        return text;
    }

    private static Setting.Parser<Integer> integer(int least, int most) {
        return text -> {
            try {
                int value = Integer.parseInt(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // the message below says what was expected
            }
            throw new IllegalArgumentException("expected a whole number from " + least + " to " + most);
        };
    }

    private static ProcessorSettings.Store store(String text) {
        return switch (text) {
            case "memory" -> ProcessorSettings.Store.MEMORY;
            case "rocksdb" -> ProcessorSettings.Store.ROCKS_DB;
            default -> throw new IllegalArgumentException("expected memory or rocksdb");
        };
    }

    private static String hostName(String text) {
        String name = text;
        if (name.isEmpty()) {
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("the system has no host name: set host.name", e);
            }
        }
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,252}")) {
            throw new IllegalArgumentException("expected letters, digits, '.', '_' or '-', at most 253");
        }
        return name;
    }
}
