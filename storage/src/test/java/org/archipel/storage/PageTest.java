package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static PageRequest after(String text) {
    return new PageRequest(Optional.of(text), 2);
  }

  @Test
  void aCursorHoldsAnyValues() {
    PageCursor cursor = PageCursor.of("univ-rennes", "", 17L, "é 🐟");
    assertThat(after(cursor.text()).cursor(4)).contains(cursor);
    assertThat(cursor.number(2)).isEqualTo(17);
    assertThat(cursor.text()).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void onlyAListWithMoreHasANextPage() {
    PageRequest request = new PageRequest(Optional.empty(), 2);
    assertThat(Page.of(List.of(1, 2), request, PageCursor::of).next()).isEmpty();
    Page<Integer> page = Page.of(List.of(1, 2, 3), request, PageCursor::of);
    assertThat(page.items()).containsExactly(1, 2);
    assertThat(page.next()).contains(PageCursor.of(2).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "AAAA", "4pi6", "/w", "YR9iH2M", "MR8KHzM"})
  void aForgedCursorIsRefused(String text) {
    assertThatThrownBy(() -> after(text).cursor(2))
        .isInstanceOf(PageException.class)
        .hasMessage("after: no cursor of this list (expected: the page before's next)");
  }

  @Test
  void anEndlessCursorAndOneOfWordsWhereANumberBelongsAreRefused() {
    assertThatThrownBy(() -> after("A".repeat(100_000)).cursor(1))
        .isInstanceOf(PageException.class);
    PageCursor words = PageCursor.of("x");
    assertThatThrownBy(() -> words.number(0)).isInstanceOf(PageException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1001, Integer.MAX_VALUE})
  void aLimitOutOfRangeIsRefused(int limit) {
    assertThatThrownBy(() -> new PageRequest(Optional.empty(), limit))
        .isInstanceOf(PageException.class)
        .hasMessage("limit: " + limit + " (expected: 1 to 1000)");
  }
}
