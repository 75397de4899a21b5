package org.fleetban.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules, and between the rooms of the engine: they only point downward. */
@AnalyzeClasses(packages = "org.fleetban", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String JAVA = "java..";
    private static final String ANNOTATIONS = "org.jspecify..";

    @ArchTest
    static final ArchRule engineIsPureJava = mayUse("engine", new String[] {"org.objectweb.asm.."});

    @ArchTest
    static final ArchRule onlyTranslatorsOfExpressionsWriteClasses = noClasses()
            .that()
            .haveNameNotMatching("org\\.fleetban\\.engine\\.regex\\.(Translate|\\w+Translator|Translator).*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.objectweb.asm..");

    @ArchTest
    static final ArchRule protocolKnowsKafkaAndJson = mayUse(
            "protocol",
            new String[] {"org.apache.kafka.common..", "org.apache.kafka.clients..", "com.fasterxml.jackson.."});

    @ArchTest
    static final ArchRule shipperKnowsProtocolAndKafkaClients = mayUse("shipper", new String[] {
        "org.fleetban.protocol..",
        "org.apache.kafka.common..",
        "org.apache.kafka.clients..",
        "org.slf4j..",
        "com.fasterxml.jackson.."
    });

    @ArchTest
    static final ArchRule enforcerKnowsProtocolAndKafkaClients = mayUse("enforcer", new String[] {
        "org.fleetban.protocol..",
        "org.apache.kafka.common..",
        "org.apache.kafka.clients..",
        "org.slf4j..",
        "com.fasterxml.jackson.."
    });

    @ArchTest
    static final ArchRule processorKnowsEngineProtocolAndStreams = mayUse("processor", new String[] {
        "org.fleetban.engine..",
        "org.fleetban.protocol..",
        "org.apache.kafka.common..",
        "org.apache.kafka.clients..",
        "org.apache.kafka.streams..",
        "org.slf4j..",
        "com.fasterxml.jackson.."
    });

    @ArchTest
    static final ArchRule roomsOfTheEngineHaveNoCycles =
            slices().matching("org.fleetban.engine.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule configKnowsNoOtherRoom = room("config");

    @ArchTest
    static final ArchRule regexKnowsNoOtherRoom = room("regex");

    @ArchTest
    static final ArchRule timeKnowsRegex = room("time", "regex");

    @ArchTest
    static final ArchRule filterKnowsConfigRegexAndTime = room("filter", "config", "regex", "time");

    @ArchTest
    static final ArchRule jailKnowsConfigAndTheFiltersOutcome = room("jail", "config", "filter");

    @ArchTest
    static final ArchRule engineHasNoClockAndNoThreadsOfItsOwn = noClasses()
            .that()
            .resideInAPackage("org.fleetban.engine..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.time.Clock.class, "systemUTC")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class);

    @ArchTest
    static final ArchRule onlyTheEmbeddedBrokerKnowsKafkasServer = noClasses()
            .that()
            .resideOutsideOfPackage("org.fleetban.app.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..", "org.apache.kafka.raft..");

    private static ArchRule mayUse(String module, String[] others) {
        return classes()
                .that()
                .resideInAPackage("org.fleetban." + module + "..")
                .should()
                .onlyDependOnClassesThat(resideInAPackage("org.fleetban." + module + "..")
                        .or(resideInAnyPackage(JAVA, ANNOTATIONS))
                        .or(resideInAnyPackage(others)));
    }

    private static ArchRule room(String name, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = "org.fleetban.engine." + name + "..";
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = "org.fleetban.engine." + others[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage(allowed[0])
                .should()
                .dependOnClassesThat(resideInAPackage("org.fleetban.engine..").and(not(resideInAnyPackage(allowed))));
    }
}
