// Before the first paint: the page must not flash in the other colours.
(function () {
  var kept = null;
  try {
    kept = localStorage.getItem("archipel.colors");
  } catch (e) {
    // A browser that keeps nothing has its own preference.
  }
  var dark =
    kept === "dark" ||
    (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
