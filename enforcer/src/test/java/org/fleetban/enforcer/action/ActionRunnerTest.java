package org.fleetban.enforcer.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.fleetban.protocol.Family;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionRunnerTest {

    private static final long LATER = Long.MAX_VALUE;

    private final List<ActionRunner> runners = new ArrayList<>();
    private @TempDir Path directory;

    @AfterEach
    void stop() {
        runners.forEach(ActionRunner::close);
    }

    @Test
    void aBanIsDoneOnceProlongedAndUndoneAndTheActionIsStartedBeforeTheFirst() throws IOException {
        ActionRunner runner = runner(action(false));
        runner.want(ban("192.0.2.1", LATER));
        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=0");
        runner.want(ban("192.0.2.1", LATER));
        runner.want(ban("2001:db8::1", LATER));
        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=0", "ban 2001:db8::1 inet6 restored=0");
        runner.want(ban("192.0.2.1", System.currentTimeMillis() + 3_600_000));
        runner.lift("sshd|2001:db8::1");
        runner.want(new ActionBan("web|x", "web", "192.0.2.9", Family.INET, 0, LATER, 1, 1, false, ""));

        awaitLines(5);
        assertThat(done()).contains("prolong 192.0.2.1", "unban 2001:db8::1");
        awaiting().until(() -> runner.report().applied() == 1);
        assertThat(runner.report().failures()).isZero();
    }

    @Test
    void aBanThatIsOverIsUndone() {
        ActionRunner runner = runner(action(false));
        runner.want(ban("192.0.2.1", System.currentTimeMillis() + 2_000));

        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=0", "unban 192.0.2.1");
    }

    @Test
    void anotherProcessNeitherRepeatsNorForgets() throws IOException {
        ActionRunner first = runner(action(false));
        first.want(ban("192.0.2.1", LATER));
        first.want(ban("192.0.2.2", LATER));
        awaitLines(3);
        awaiting().until(() -> first.report().applied() == 2);
        first.close();
        Files.delete(log());

        ActionRunner second = runner(action(false));
        replace(second, List.of(ban("192.0.2.1", LATER), ban("192.0.2.3", LATER)));

        awaitLines(2);
        assertThat(done()).containsExactlyInAnyOrder("unban 192.0.2.2", "ban 192.0.2.3 inet4 restored=0");
    }

    @Test
    void afterAStartOfTheSystemTheActionIsStartedAndDoneAgainUnlessItIsNotForRestoredBans() throws IOException {
        ActionRunner first = runner(action(false));
        first.want(ban("192.0.2.1", LATER));
        awaitLines(2);
        awaiting().until(() -> first.report().applied() == 1);
        first.close();
        Files.delete(log());
        otherBoot();

        ActionRunner second = runner(action(false));
        replace(second, List.of(restored("192.0.2.1")));
        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=1");
        second.close();
        Files.delete(log());
        otherBoot();

        ActionRunner third = runner(action(true));
        replace(third, List.of(restored("192.0.2.1"), restored("192.0.2.2")));
        third.want(ban("192.0.2.3", LATER));
        awaitLines(2);
        assertThat(done()).endsWith("ban 192.0.2.3 inet4 restored=0");
    }

    @Test
    void whatWasDoneWhileItCouldNotBeSavedIsSavedWithTheNext() throws IOException {
        ActionRunner first = runner(action(false));
        first.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        Files.delete(directory.resolve("data/actions.journal"));
        first.want(ban("192.0.2.2", LATER));
        awaiting().until(() -> first.report().applied() == 2);
        first.want(ban("192.0.2.3", LATER));
        awaiting().until(() -> first.report().applied() == 3);
        first.close();

        assertThat(first.takeMessages()).singleElement().asString().contains("cannot be saved");
        assertThat(Objects.requireNonNull(states(new ActionJournal(directory.resolve("data")), "")
                                .get("sshd/test"))
                        .held
                        .keySet())
                .containsExactly("sshd|192.0.2.1", "sshd|192.0.2.2", "sshd|192.0.2.3");
    }

    @Test
    void aCommandThatFailsIsReportedAndTheActionStartedAnewWhenItsCheckFails() throws IOException {
        Path place = directory.resolve("place");
        Action action = action(
                false,
                Map.of(
                        "actionstart", "mkdir " + place,
                        "actionstop", "rm -rf " + place,
                        "actioncheck", "test -d " + place,
                        "actionban", "echo '<ip>' >" + place + "/<ip>",
                        "actionunban", "rm " + place + "/<ip>"));
        ActionRunner runner = runner(action);
        runner.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> Files.exists(place.resolve("192.0.2.1")));
        Files.delete(place.resolve("192.0.2.1"));
        Files.delete(place);

        runner.want(ban("192.0.2.2", LATER));

        awaiting().until(() -> Files.exists(place.resolve("192.0.2.2")));
        awaiting().until(() -> Files.exists(place.resolve("192.0.2.1")));
        assertThat(runner.report().failures()).isZero();

        Files.delete(place.resolve("192.0.2.1"));
        runner.lift("sshd|192.0.2.1");
        awaiting().until(() -> runner.report().failures() == 1);
        assertThat(runner.takeMessages())
                .singleElement()
                .satisfies(message -> assertThat(message)
                        .startsWith("[sshd] action test failed for a ban, again in 5 s: actionunban: status 1: rm: "));
        Files.writeString(place.resolve("192.0.2.1"), "");
        awaiting().until(() -> Files.notExists(place.resolve("192.0.2.1")));
        awaiting().until(() -> runner.report().pending() == 0);
    }

    @Test
    void anUnbanThatFailedIsRunAgainAfterARepair() throws IOException {
        Path place = directory.resolve("place");
        ActionRunner runner = runner(action(
                false,
                Map.of(
                        "actioncheck", "test -d " + place,
                        "actionrepair", "mkdir " + place + "; touch " + place + "/192.0.2.1",
                        "actionban", "mkdir -p " + place + "; touch " + place + "/<ip>",
                        "actionunban", "rm " + place + "/<ip>")));
        runner.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> runner.report().applied() == 1);
        Files.delete(place.resolve("192.0.2.1"));
        Files.delete(place);

        runner.lift("sshd|192.0.2.1");

        awaiting().until(() -> runner.report().applied() == 0 && runner.report().pending() == 0);
        assertThat(place).isEmptyDirectory();
        assertThat(runner.report().failures()).isZero();
    }

    @Test
    void removingTakesBackWhatWasCarriedOutAndStopsTheAction() throws Exception {
        Map<String, String> commands = new HashMap<>(action(false).inet());
        commands.put("actionstop", "echo stop >>" + log());
        ActionRunner first = runner(action(false, commands));
        first.want(ban("192.0.2.1", LATER));
        first.want(ban("2001:db8::1", LATER));
        awaiting().until(() -> first.report().applied() == 2);
        first.close();
        Files.delete(log());

        assertThat(remover(commands).remove(List.of())).isEmpty();
        assertThat(done()).containsExactlyInAnyOrder("unban 192.0.2.1", "unban 2001:db8::1", "stop");
        assertThat(done()).endsWith("stop");
        assertThat(remover(commands).remove(List.of())).isEmpty();
        assertThat(done()).hasSize(3);
    }

    @Test
    void removingTakesBackAllBansAtOnceWhereTheActionCan() throws Exception {
        Map<String, String> commands = new HashMap<>(action(false).inet());
        commands.put("actionflush", "echo flush >>" + log());
        commands.put("actionstop", "exit 3");
        ActionRunner first = runner(action(false, commands));
        first.want(ban("192.0.2.1", LATER));
        first.want(ban("192.0.2.2", LATER));
        awaiting().until(() -> first.report().applied() == 2);
        first.close();
        Files.delete(log());

        assertThat(remover(commands).remove(List.of()))
                .containsExactly("[sshd] action test could not be taken back: actionstop: status 3");
        assertThat(done()).containsExactly("flush");
        commands.put("actionstop", "echo stop >>" + log());
        assertThat(remover(commands).remove(List.of())).isEmpty();
        assertThat(done()).containsExactly("flush", "stop");
    }

    @Test
    void anActionIsStoppedForOneFamilyAlthoughThatFailsForTheOther() throws Exception {
        Map<String, String> inet = Map.of("actionstart", "true", "actionban", "true", "actionstop", "exit 3");
        Map<String, String> inet6 =
                Map.of("actionstart", "true", "actionban", "true", "actionstop", "echo stop >>" + log());
        Action action = new Action("sshd", "test", inet, inet6, false);
        ActionRunner first = runner(action);
        first.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        first.close();

        ActionRunner remover =
                new ActionRunner(List.of(action), directory.resolve("data"), "here", List.of(), Clock.systemUTC());

        assertThat(remover.remove(List.of()))
                .containsExactly("[sshd] action test could not be taken back: actionstop: status 3");
        assertThat(done()).containsExactly("stop");
    }

    @Test
    void whatIsTakenBackIsKeptAlthoughACrashCutTheFileOff() throws Exception {
        Map<String, String> commands = Map.of("actionban", "true", "actionunban", "echo unban <ip> >>" + log());
        ActionRunner first = runner(action(false, commands));
        first.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        first.close();
        Path journal = directory.resolve("data/actions.journal");
        byte[] whole = Files.readAllBytes(journal);
        Files.write(journal, new byte[] {0, 9, 's'}, StandardOpenOption.APPEND);
        assertThat(Files.size(journal)).isEqualTo(whole.length + 3);

        assertThat(remover(commands).remove(List.of())).isEmpty();
        assertThat(remover(commands).remove(List.of())).isEmpty();

        assertThat(done()).containsExactly("unban 192.0.2.1");
    }

    @Test
    void removingTakesBackOneByOneWhatCannotBeFlushed() throws Exception {
        Map<String, String> commands =
                Map.of("actionban", "true", "actionflush", "exit 3", "actionunban", "echo unban <ip> >>" + log());
        ActionRunner first = runner(action(false, commands));
        first.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        first.close();

        assertThat(remover(commands).remove(List.of())).isEmpty();
        assertThat(done()).containsExactly("unban 192.0.2.1");
    }

    @Test
    void aFamilyThatCannotBeFlushedIsTakenBackOneByOneAndTheOtherIsDone() throws Exception {
        Map<String, String> inet =
                Map.of("actionban", "true", "actionflush", "exit 3", "actionunban", "echo unban <ip> >>" + log());
        Map<String, String> inet6 =
                Map.of("actionban", "true", "actionflush", "echo flush >>" + log(), "actionunban", "exit 4");
        Action action = new Action("sshd", "test", inet, inet6, false);
        ActionRunner first = runner(action);
        first.want(ban("192.0.2.1", LATER));
        first.want(ban("2001:db8::1", LATER));
        awaiting().until(() -> first.report().applied() == 2);
        first.close();

        ActionRunner remover =
                new ActionRunner(List.of(action), directory.resolve("data"), "here", List.of(), Clock.systemUTC());

        assertThat(remover.remove(List.of())).isEmpty();
        assertThat(done()).containsExactly("flush", "unban 192.0.2.1");
    }

    @Test
    void removingUndoesNothingOfAnActionThatIsFoundToHaveLostItAll() throws Exception {
        Path place = directory.resolve("place");
        Map<String, String> commands = Map.of(
                "actionstart", "mkdir " + place,
                "actionstop", "rmdir " + place,
                "actioncheck", "test -d " + place,
                "actionban", "touch " + place + "/<ip>",
                "actionunban", "rm " + place + "/<ip>");
        ActionRunner first = runner(action(false, commands));
        first.want(ban("192.0.2.1", LATER));
        first.want(ban("192.0.2.2", LATER));
        awaiting().until(() -> first.report().applied() == 2);
        first.close();
        Files.delete(place.resolve("192.0.2.1"));
        Files.delete(place.resolve("192.0.2.2"));
        Files.delete(place);

        assertThat(remover(commands).remove(List.of())).isEmpty();
        assertThat(place).doesNotExist();
        assertThat(remover(commands).remove(List.of())).isEmpty();
    }

    @Test
    void removingNamesActionsThatAreNotConfiguredAnyMore() throws Exception {
        ActionRunner first = runner(action(false));
        first.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        first.close();

        ActionRunner remover =
                new ActionRunner(List.of(), directory.resolve("data"), "web1.example", List.of(), Clock.systemUTC());

        assertThat(remover.remove(List.of()))
                .containsExactly("action sshd/test is not configured any more: what it did stays, for 1 ban");
    }

    @Test
    void whatIsKeptOfBansThatAreOverDoesNotGrowForEver() throws IOException {
        Path journal = directory.resolve("data/actions.journal");
        ActionRunner runner = new ActionRunner(
                List.of(action(false, Map.of("actionban", "true"))),
                new ActionJournal(directory.resolve("data"), 3),
                "web1.example",
                new ShellRunner(List.of(), Duration.ofSeconds(20)),
                Clock.systemUTC());
        runners.add(runner);
        runner.start();
        runner.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> runner.report().applied() == 1);
        long one = Files.size(journal);
        for (int i = 0; i < 10; i++) {
            runner.want(ban("192.0.2.2", LATER));
            awaiting().until(() -> runner.report().applied() == 2);
            runner.lift("sshd|192.0.2.2");
            awaiting().until(() -> runner.report().applied() == 1);
        }
        assertThat(Files.size(journal)).isLessThan(6 * one);
        runner.close();
        assertThat(Objects.requireNonNull(states(new ActionJournal(directory.resolve("data")), "")
                                .get("sshd/test"))
                        .held
                        .keySet())
                .containsExactly("sshd|192.0.2.1");
    }

    @Test
    void removingWithAnUnreadableJournalUndoesWhatIsReadableAndTheBansOfTheLastRunAndKeepsTheFile() throws Exception {
        Map<String, String> commands = Map.of(
                "actionstart",
                "true",
                "actionstop",
                "echo stop >>" + log(),
                "actionban",
                "true",
                "actionunban",
                "echo unban <ip> >>" + log());
        ActionRunner first = runner(action(false, commands));
        first.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        first.close();
        Path journal = directory.resolve("data/actions.journal");
        Files.writeString(journal, "something else", StandardOpenOption.APPEND);
        byte[] damaged = Files.readAllBytes(journal);

        assertThat(remover(commands).remove(List.of(restored("192.0.2.1"), restored("192.0.2.2"))))
                .satisfiesExactly(
                        message -> assertThat(message)
                                .contains("not all is known any more of what actions did", journal + ".unreadable"),
                        message -> assertThat(message)
                                .contains("[sshd] action test is undone for 2 bans of the last run"));

        assertThat(done()).containsExactlyInAnyOrder("unban 192.0.2.1", "unban 192.0.2.2", "stop");
        assertThat(directory.resolve("data/actions.journal.unreadable")).hasBinaryContent(damaged);
        assertThat(remover(commands).remove(List.of(restored("192.0.2.2")))).isEmpty();
        assertThat(done()).hasSize(3);
    }

    @Test
    void anActionThatIsChangedIsUndoneAsItWasAndDoneAgainForTheBansThatStand() throws IOException {
        ActionRunner runner = runner(action(false));
        replace(runner, List.of());
        runner.want(ban("192.0.2.1", LATER));
        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=0");

        assertThat(runner.configure(List.of(another()))).isFalse();

        awaitLines(4);
        assertThat(done()).endsWith("unban 192.0.2.1", "shut 192.0.2.1 restored=1");
        runner.want(ban("192.0.2.2", LATER));
        awaitLines(5);
        assertThat(done()).endsWith("shut 192.0.2.2 restored=0");

        assertThat(runner.configure(List.of())).isFalse();
        awaitLines(7);
        assertThat(done().subList(5, 7)).containsExactlyInAnyOrder("open 192.0.2.1", "open 192.0.2.2");
        runner.want(ban("192.0.2.3", LATER));
        awaiting().until(() -> runner.report().pending() == 0);
        assertThat(done()).hasSize(7);
    }

    @Test
    void anActionThatComesLaterIsDoneForTheBansThatAreToldAgain() throws IOException {
        ActionRunner runner =
                new ActionRunner(List.of(), directory.resolve("data"), "web1.example", List.of(), Clock.systemUTC());
        runners.add(runner);
        runner.start();
        runner.want(ban("192.0.2.1", LATER));

        assertThat(runner.configure(List.of(action(false)))).isTrue();
        replace(runner, List.of(restored("192.0.2.1")));

        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=1");
        assertThat(runner.configure(List.of(action(false)))).isFalse();
        runner.lift("sshd|192.0.2.1");
        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=1", "unban 192.0.2.1");
    }

    @Test
    void aChangedActionStaysInForceUntilAllBansAreKnown() throws IOException {
        ActionRunner first = runner(action(false));
        first.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        first.close();
        Files.delete(log());

        ActionRunner second = runner(action(false));
        second.configure(List.of(another()));
        second.want(ban("192.0.2.2", LATER));
        awaitDone("ban 192.0.2.2 inet4 restored=0");
        replace(second, List.of(restored("192.0.2.1"), restored("192.0.2.2")));

        awaitLines(5);
        assertThat(done().subList(1, 3)).containsExactly("unban 192.0.2.1", "unban 192.0.2.2");
        assertThat(done().subList(3, 5))
                .containsExactlyInAnyOrder("shut 192.0.2.1 restored=1", "shut 192.0.2.2 restored=1");
    }

    @Test
    void bansThatWereReadBeforeTheirJailMatteredAreNotAllBans() throws IOException {
        ActionRunner first = runner(action(false));
        first.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        first.close();
        Files.delete(log());
        Map<String, String> commands = Map.of("actionban", "echo web <ip> >>" + log());
        Action web = new Action("web", "test", commands, commands, false);
        ActionRunner second =
                new ActionRunner(List.of(web), directory.resolve("data"), "web1.example", List.of(), Clock.systemUTC());
        runners.add(second);
        second.start();
        long before = second.demand();

        assertThat(second.configure(List.of(web, action(false)))).isTrue();
        second.replace(List.of(), before);
        second.want(new ActionBan("web|x", "web", "192.0.2.9", Family.INET, 0, LATER, 1, 1, false, ""));
        awaitDone("web 192.0.2.9");
        awaiting().until(() -> second.report().pending() == 0);
        assertThat(done()).hasSize(1);

        second.replace(List.of(restored("192.0.2.2")), second.demand());
        awaiting().until(() -> done().contains("unban 192.0.2.1"));
    }

    @Test
    void aChangedActionBeginsAnewAlthoughWhatItDidBeforeCannotBeUndone() throws IOException {
        ActionRunner runner = runner(action(false, stubborn()));
        replace(runner, List.of());
        for (String id : List.of("192.0.2.1", "192.0.2.2", "192.0.2.3")) {
            runner.want(ban(id, LATER));
            awaiting().until(() -> done().contains("ban " + id));
        }
        Map<String, String> commands = new HashMap<>(another().inet());
        commands.put("actionstart", "echo begin >>" + log());

        runner.configure(List.of(action(false, commands)));

        awaitLines(9);
        assertThat(done().subList(3, 6)).containsExactly("unban 192.0.2.2", "unban 192.0.2.3", "begin");
        assertThat(done().subList(6, 9))
                .containsExactlyInAnyOrder(
                        "shut 192.0.2.1 restored=1", "shut 192.0.2.2 restored=1", "shut 192.0.2.3 restored=1");
        assertThat(runner.takeMessages())
                .containsExactly("[sshd] action test as it was defined before could not be taken back, and what it did"
                        + " stays: for 192.0.2.1, actionunban: status 1; actionstop: status 3");
    }

    @Test
    void nothingIsLeftOfAnActionThatIsGoneAlthoughItCannotBeUndone() throws IOException {
        ActionRunner runner = runner(action(false, stubborn()));
        replace(runner, List.of());
        runner.want(ban("192.0.2.1", LATER));
        awaiting().until(() -> runner.report().applied() == 1);

        runner.configure(List.of());

        awaiting().until(() -> runner.report().applied() == 0);
        assertThat(runner.takeMessages()).singleElement().asString().contains("for 192.0.2.1, actionunban: status 1");
        runner.close();
        assertThat(states(new ActionJournal(directory.resolve("data")), "")).isEmpty();
        assertThat(runner.takeMessages()).isEmpty();
    }

    @Test
    void anActionThatIsUndoneInAnotherWayOnlyIsNotDoneAnew() throws IOException {
        ActionRunner runner = runner(action(false));
        replace(runner, List.of());
        runner.want(ban("192.0.2.1", LATER));
        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=0");
        Map<String, String> commands = new HashMap<>(action(false).inet());
        commands.put("actionunban", "echo open <ip> >>" + log());
        commands.put("actionstop", "echo stop >>" + log());
        commands.put("actioncheck", "true");

        runner.configure(List.of(action(false, commands)));
        runner.lift("sshd|192.0.2.1");

        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=0", "open 192.0.2.1");
    }

    @Test
    void removingTriesEveryBanAndGivesUpWhatIsMerelyPresumed() throws Exception {
        ActionRunner first = runner(action(false, stubborn()));
        first.want(ban("192.0.2.3", LATER));
        awaiting().until(() -> first.report().applied() == 1);
        first.close();
        Files.delete(log());
        Path journal = directory.resolve("data/actions.journal");
        Files.writeString(journal, "something else", StandardOpenOption.APPEND);
        Map<String, String> commands = new HashMap<>(stubborn());
        commands.remove("actionstop");

        assertThat(remover(commands).remove(List.of(restored("192.0.2.1"), restored("192.0.2.2"))))
                .hasSize(3)
                .last()
                .isEqualTo("[sshd] action test could not be taken back: for 192.0.2.1, actionunban: status 1");
        assertThat(done()).containsExactly("unban 192.0.2.3", "unban 192.0.2.2");
        assertThat(remover(commands).remove(List.of())).isEmpty();
        assertThat(done()).hasSize(2);
    }

    @Test
    void whatCannotBeReadNowIsLeftAloneAndNothingIsDoneBeforeItCan() throws Exception {
        Path journal = directory.resolve("data/actions.journal");
        Files.createDirectories(journal);
        ActionRunner runner = runner(action(false));
        runner.want(ban("192.0.2.1", LATER));
        List<String> messages = new ArrayList<>();
        awaiting().until(() -> messages.addAll(runner.takeMessages()));

        assertThat(messages).singleElement().asString().startsWith("actions wait, since it cannot be read what they");
        assertThat(journal).isDirectory();
        assertThat(done()).isEmpty();
        assertThat(remover(action(false).inet()).remove(List.of(restored("192.0.2.2"))))
                .singleElement()
                .asString()
                .startsWith("nothing is taken back");
        assertThat(done()).isEmpty();
        Files.delete(journal);
        awaitDone("start 192.0.2.1", "ban 192.0.2.1 inet4 restored=0");
    }

    @Test
    void damagedFilesAreKeptBesideEachOtherAndNoneIsWrittenOver() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("data"));
        Path file = folder.resolve("actions.journal");
        ActionJournal journal = new ActionJournal(folder);
        for (int i = 0; i < 10; i++) {
            Files.writeString(file, "damaged " + i);
            assertThat(journal.putAside()).hasContent("damaged " + i);
        }
        assertThat(folder.resolve("actions.journal.unreadable")).hasContent("damaged 0");
        assertThat(folder.resolve("actions.journal.unreadable.9")).hasContent("damaged 9");

        Files.writeString(file, "damaged again");
        ActionRunner runner = runner(action(false));
        runner.want(ban("192.0.2.1", LATER));
        List<String> messages = new ArrayList<>();
        awaiting().until(() -> messages.addAll(runner.takeMessages()));
        assertThat(messages).singleElement().asString().contains("10 such files are kept");
        assertThat(file).hasContent("damaged again");
    }

    private static void replace(ActionRunner runner, List<ActionBan> bans) {
        runner.replace(bans, runner.demand());
    }

    /** What it did for 192.0.2.1 cannot be undone, and it cannot be stopped. */
    private Map<String, String> stubborn() {
        return Map.of(
                "actionban", "echo ban <ip> >>" + log(),
                "actionunban", "test <ip> != 192.0.2.1 && echo unban <ip> >>" + log(),
                "actionstop", "exit 3");
    }

    private Action another() {
        return action(
                false,
                Map.of(
                        "actionban", "echo shut <ip> restored=<restored> >>" + log(),
                        "actionunban", "echo open <ip> >>" + log()));
    }

    private ActionRunner remover(Map<String, String> commands) {
        return new ActionRunner(
                List.of(action(false, commands)),
                directory.resolve("data"),
                "web1.example",
                List.of(),
                Clock.systemUTC());
    }

    private ActionRunner runner(Action action) {
        ActionRunner runner = new ActionRunner(
                List.of(action),
                new ActionJournal(directory.resolve("data")),
                "web1.example",
                new ShellRunner(List.of(), Duration.ofSeconds(20)),
                Clock.systemUTC());
        runners.add(runner);
        runner.start();
        return runner;
    }

    private Action action(boolean norestored) {
        String log = " >>" + log();
        return action(
                norestored,
                Map.of(
                        "actionstart", "echo start '<ip>'" + log,
                        "actionban", "echo ban '<ip>' <family> restored=<restored>" + log,
                        "actionprolong", "echo prolong <ip>" + log,
                        "actionunban", "echo unban \"<ip>\"" + log));
    }

    private static Action action(boolean norestored, Map<String, String> commands) {
        return new Action("sshd", "test", commands, commands, norestored);
    }

    private static ActionBan ban(String id, long until) {
        Family family = id.indexOf(':') < 0 ? Family.INET : Family.INET6;
        return new ActionBan("sshd|" + id, "sshd", id, family, 0, until, 5, 1, false, "line");
    }

    private static ActionBan restored(String id) {
        return ban(id, LATER).remembered();
    }

    private static Map<String, ActionJournal.State> states(ActionJournal journal, String boot) throws IOException {
        Map<String, ActionJournal.State> states = new LinkedHashMap<>();
        journal.read(boot, states);
        return states;
    }

    private void otherBoot() throws IOException {
        ActionJournal journal = new ActionJournal(directory.resolve("data"));
        journal.rewrite("another", states(journal, "another"));
    }

    private void awaitDone(String... lines) {
        awaiting().untilAsserted(() -> assertThat(done()).containsExactly(lines));
    }

    private void awaitLines(int count) throws IOException {
        awaiting().until(() -> done().size() >= count);
        assertThat(done()).hasSize(count);
    }

    private List<String> done() throws IOException {
        return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
    }

    private Path log() {
        return directory.resolve("log");
    }

    private static ConditionFactory awaiting() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }
}
