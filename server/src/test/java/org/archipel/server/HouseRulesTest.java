package org.archipel.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls between the rooms, and what may not be called in them. */
final class HouseRulesTest {
  private static final String HOUSE = "org.archipel.";

  /** What each room may see of the others: all of it, and nothing else. */
  private static final Map<String, Set<String>> WALLS = new LinkedHashMap<>();

  static {
    WALLS.put("scheduling", Set.of());
    WALLS.put("storage", Set.of());
    WALLS.put("directory", Set.of("storage"));
    WALLS.put("ledger", Set.of("storage"));
    WALLS.put("engines", Set.of("scheduling"));
    WALLS.put("relay", Set.of("scheduling", "engines", "directory", "ledger"));
    WALLS.put("federation", Set.of("scheduling", "storage", "directory", "ledger"));
    WALLS.put(
        "control", Set.of("scheduling", "storage", "directory", "ledger", "engines", "federation"));
    WALLS.put("simulator", Set.of("scheduling"));
  }

  @SuppressWarnings("NullAway.Init")
  private static JavaClasses house;

  @BeforeAll
  static void read() {
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.archipel");
  }

  @Test
  void everyRoomIsSeenByTheRules() {
    assertThat(house.stream().map(HouseRulesTest::room).distinct())
        .containsAll(WALLS.keySet())
        .contains("server");
  }

  @Test
  void aRoomSeesOnlyTheRoomsThatItMay() {
    List<String> breaches = new ArrayList<>();
    for (JavaClass user : house) {
      Set<String> allowed = WALLS.get(room(user));
      if (allowed == null) {
        continue;
      }
      user.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(used -> used.getPackageName().startsWith(HOUSE))
          .filter(used -> !room(used).equals(room(user)) && !allowed.contains(room(used)))
          .map(used -> user.getName() + " -> " + used.getName())
          .distinct()
          .forEach(breaches::add);
    }
    assertThat(breaches).isEmpty();
  }

  @Test
  void schedulingKnowsNothingButTheLanguage() {
    noClasses()
        .that()
        .resideInAPackage("org.archipel.scheduling..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..",
            "com.linecorp..",
            "java.sql..",
            "javax.sql..",
            "org.jdbi..",
            "java.net..",
            "java.io..",
            "java.nio.file..",
            "java.nio.channels..",
            "java.util.concurrent.locks..")
        .because("the policy is a pure state machine: it runs in production and in virtual time")
        .check(house);
  }

  @Test
  void theRelayKnowsNeitherArmeriaNorADatabase() {
    noClasses()
        .that()
        .resideInAPackage("org.archipel.relay..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.linecorp..", "java.sql..", "javax.sql..", "org.jdbi..", "com.zaxxer..")
        .because("the hot path answers from memory and never waits for a disk")
        .check(house);
  }

  @Test
  void onlyStorageKnowsWhichDatabaseThereIs() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.archipel.storage..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.sqlite..", "org.postgresql..", "com.zaxxer..", "org.flywaydb..")
        .because("rooms write SQL that SQLite and PostgreSQL both speak")
        .check(house);
  }

  @Test
  void onlyTheControlRoomKnowsArmeria() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.archipel.control..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.linecorp..")
        .because("the relay is Netty by hand, and nothing else speaks HTTP as a server")
        .check(house);
  }

  @Test
  void onlyTheCommandLineWritesToStandardOutput() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.archipel.server.cli..", "org.archipel.bench..")
        .should()
        .accessTargetWhere(accessTo("System.out or System.err", HouseRulesTest::standardStream))
        .because("what is said goes through SLF4J, so that it can be read by machines")
        .check(house);
  }

  @Test
  void threadsAreStartedInNamedPlacesOnly() {
    noClasses()
        .that(
            notAnyOf(
                // Waits for the disk: one writer, for the life of the journal.
                "org.archipel.ledger.JournalWriter",
                // Moves records while the site runs; blocks for long on a database that is away.
                "org.archipel.ledger.UsageShipper",
                // The hook by which the virtual machine asks the site to end.
                "org.archipel.server.cli.Foreground"))
        .should()
        .callConstructorWhere(
            callTo("new Thread", call -> call.getTargetOwner().isAssignableTo(Thread.class)))
        .orShould()
        .callMethodWhere(
            callTo(
                "Thread.start",
                call ->
                    call.getTargetOwner().isAssignableTo(Thread.class)
                        && call.getName().equals("start")))
        .because("a thread that nobody owns is a thread that nobody ends: use an executor")
        .check(house);
  }

  @Test
  void nothingSleeps() {
    noClasses()
        .should()
        .callMethodWhere(
            callTo(
                "Thread.sleep",
                call ->
                    call.getTargetOwner().isEquivalentTo(Thread.class)
                        && call.getName().equals("sleep")))
        .because("a wait must end when its reason does: await a condition with a limit")
        .check(house);
  }

  @Test
  void theTimeComesFromAClock() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.archipel.server..", "org.archipel.bench..")
        .should()
        .callMethodWhere(callTo("the wall clock", HouseRulesTest::wallClock))
        .because("time is a parameter: tests move it by hand")
        .check(house);
  }

  @Test
  void textNeverDependsOnTheMachinesCharset() {
    noClasses()
        .should()
        .callConstructorWhere(callTo("default charset", HouseRulesTest::defaultCharset))
        .orShould()
        .callMethodWhere(callTo("default charset", HouseRulesTest::defaultCharset))
        .because("the same bytes must mean the same text everywhere")
        .check(house);
  }

  private static boolean standardStream(JavaAccess<?> access) {
    return access.getTargetOwner().isEquivalentTo(System.class)
        && Set.of("out", "err").contains(access.getName());
  }

  private static boolean wallClock(JavaCall<?> call) {
    String owner = call.getTargetOwner().getName();
    return switch (call.getName()) {
      case "currentTimeMillis" -> owner.equals("java.lang.System");
      case "now" -> owner.startsWith("java.time.") && !takes(call, "java.time.Clock");
      default -> false;
    };
  }

  private static boolean defaultCharset(JavaCall<?> call) {
    boolean withoutOne =
        call.getTarget().getRawParameterTypes().stream()
            .noneMatch(
                type -> type.isEquivalentTo(Charset.class) || type.isEquivalentTo(String.class));
    String owner = call.getTargetOwner().getName();
    return withoutOne
        && switch (owner + "." + call.getName()) {
          case "java.lang.String.getBytes",
              "java.io.InputStreamReader.<init>",
              "java.io.OutputStreamWriter.<init>" ->
              true;
          case "java.lang.String.<init>" -> takes(call, "[B");
          default -> false;
        };
  }

  private static boolean takes(JavaCall<?> call, String type) {
    return call.getTarget().getRawParameterTypes().stream()
        .anyMatch(parameter -> parameter.getName().equals(type));
  }

  private static DescribedPredicate<JavaClass> notAnyOf(String... names) {
    return DescribedPredicate.describe(
        "are not " + String.join(", ", names),
        type -> !Set.of(names).contains(type.getName().replaceAll("\\$.*", "")));
  }

  private static DescribedPredicate<JavaCall<?>> callTo(
      String what, java.util.function.Predicate<JavaCall<?>> test) {
    return DescribedPredicate.describe(what, test);
  }

  private static DescribedPredicate<JavaAccess<?>> accessTo(
      String what, java.util.function.Predicate<JavaAccess<?>> test) {
    return DescribedPredicate.describe(what, test);
  }

  private static String room(JavaClass type) {
    String rest =
        type.getPackageName().startsWith(HOUSE)
            ? type.getPackageName().substring(HOUSE.length())
            : "";
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  /** The rules above would pass on anything if they could not see these. */
  @Test
  void theRulesSeeWhatTheyForbid() {
    JavaClasses culprit = new ClassFileImporter().importClasses(Culprit.class);
    JavaClass type = culprit.get(Culprit.class);
    assertThat(type.getMethodCallsFromSelf()).anyMatch(HouseRulesTest::wallClock);
    assertThat(type.getMethodCallsFromSelf()).anyMatch(HouseRulesTest::defaultCharset);
    assertThat(type.getConstructorCallsFromSelf()).anyMatch(HouseRulesTest::defaultCharset);
    assertThat(type.getFieldAccessesFromSelf()).anyMatch(HouseRulesTest::standardStream);
  }

  @SuppressWarnings({"DefaultCharset", "TimeZoneUsage", "SystemOut", "unused"})
  private static final class Culprit {
    PrintStream misbehave() {
      String text = new String(new byte[] {1}) + System.currentTimeMillis();
      return text.getBytes().length == 0 ? System.err : System.out;
    }
  }
}
