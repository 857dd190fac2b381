package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.ServiceClass;
import org.archipel.simulator.fleet.scenario.Scenario;
import org.junit.jupiter.api.Test;

final class ArrivalsTest {
  private static List<Ticket> all(Arrivals arrivals) {
    List<Ticket> tickets = new ArrayList<>();
    while (arrivals.nextNanos() != Timetable.NEVER) {
      tickets.add(arrivals.take());
    }
    return tickets;
  }

  private static List<Ticket> open(String more, int organization, long seed) {
    return all(new OpenArrivals(Small.scenario(more), organization, new Seeds(seed)));
  }

  private static List<String> told(List<Ticket> tickets) {
    return tickets.stream().map(t -> t.arrivalNanos + " " + t.ask).toList();
  }

  @Test
  void aSeedDecidesAllAndAnotherOrganizationChangesNothing() {
    List<String> once = told(open("", 0, 1));
    assertThat(once).isNotEmpty().isEqualTo(told(open("", 0, 1)));
    assertThat(once).isNotEqualTo(told(open("", 0, 2)));
    String flood = "  \nvariants: {v: {organizations: {c: {rate: 50, floods: [{to: 9s}]}}}}\n";
    assertThat(told(open(flood, 0, 1))).isEqualTo(once);
  }

  @Test
  void ratesSharesFloodsAndBurstsAreKept() {
    // a has two thirds of 6/s over 1000 s, c 2/s and 5 times that in a tenth of the time.
    String longer =
        """
        variants:
          v:
            duration: 1000s
            measure: {to: 1000s}
            organizations:
              c: {floods: [{from: 100s, to: 200s, factor: 5}]}
        """;
    assertThat((double) open(longer, 0, 3).size()).isCloseTo(4000, within(200.0));
    List<Ticket> flooding = open(longer, 2, 3);
    assertThat((double) flooding.size()).isCloseTo(2800, within(170.0));
    long inFlood =
        flooding.stream().filter(t -> t.arrivalNanos >= 100e9 && t.arrivalNanos < 200e9).count();
    assertThat((double) inFlood).isCloseTo(1000, within(100.0));
    String bursts =
        "variants: {v: {duration: 1000s, load: {bursts: {every: 10s, length: 1s, factor: 11}}}}\n";
    assertThat((double) open(bursts, 0, 3).size()).isCloseTo(8000, within(300.0));
    String day = "variants: {v: {duration: 1000s, load: {diurnal: {period: 1000s, amplitude: 1}}}}";
    List<Ticket> daily = open(day, 0, 3);
    long morning = daily.stream().filter(t -> t.arrivalNanos < 500e9).count();
    assertThat(morning / (double) daily.size()).isCloseTo(0.5 + 1 / Math.PI, within(0.03));
  }

  @Test
  void turnsRepeatTheConversationSoFarAndShareItsChain() {
    List<Ticket> tickets = open("", 0, 4);
    int continued = 0;
    for (int i = 0; i < tickets.size(); i++) {
      Ticket.Ask ask = tickets.get(i).ask;
      assertThat(ask.prompt()).isPositive();
      assertThat(ask.reusable()).isLessThan(ask.prompt());
      Prefix prefix = tickets.get(i).demand.prefix();
      assertThat(prefix.blocks()).hasSize(Math.min(256, ask.prompt() / 64));
      for (int j = i - 1; j >= 0 && ask.reusable() > 0; j--) {
        Ticket.Ask before = tickets.get(j).ask;
        if (before.conversation() == ask.conversation()) {
          continued++;
          assertThat(ask.reusable()).isEqualTo(before.prompt() + before.output());
          long[] chain = tickets.get(j).demand.prefix().blocks();
          assertThat(Arrays.copyOf(prefix.blocks(), chain.length)).isEqualTo(chain);
          break;
        }
      }
    }
    assertThat(continued / (double) tickets.size()).isCloseTo(0.5, within(0.12));
  }

  @Test
  void classesAndProjectsAreSpreadAsTheScenarioSays() {
    List<Ticket> tickets = open("variants: {v: {duration: 1000s}}\n", 1, 5);
    long batch =
        tickets.stream().filter(t -> t.demand.flow().serviceClass() == ServiceClass.BATCH).count();
    assertThat(batch / (double) tickets.size()).isCloseTo(0.5, within(0.05));
    List<Ticket> projects = open("variants: {v: {duration: 1000s}}\n", 0, 5);
    long second =
        projects.stream().filter(t -> t.demand.flow().project().equals("project-2")).count();
    assertThat(second / (double) projects.size()).isCloseTo(0.5, within(0.05));
    assertThat(projects.getFirst().demand.tokens().completionLimit()).isEqualTo(2000);
  }

  @Test
  void peopleAskAgainOnlyAfterTheirAnswer() {
    Scenario scenario = Small.scenario("variants: {v: {organizations: {c: {users: 3}}}}\n");
    PeopleArrivals people = new PeopleArrivals(scenario, 2, new Seeds(1));
    long last = 0;
    for (int i = 0; i < 3; i++) {
      last = people.nextNanos();
      people.take();
    }
    assertThat(people.nextNanos()).isEqualTo(Timetable.NEVER);
    people.over(last);
    assertThat(people.nextNanos()).isGreaterThan(last);
  }
}
