// The browser of the tests: Debian's Chromium, which the project's script installs.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = [
  process.env.ARCHIPEL_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

export async function launch() {
  const executablePath = PLACES.find((path) => path !== undefined && path !== "" && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      "Chromium is missing (expected: Debian's chromium, as .ci/run installs it, or" +
      " ARCHIPEL_CHROMIUM with the path of one)");
  }
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A window whose complaints are kept: nothing may go wrong where nobody looks. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ locale: "fr-FR", timezoneId: "Europe/Paris", ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`page: ${error.message}`));
  page.on("requestfailed", (request) => {
    // A stream that is left with its page is no failure.
    if (!request.failure()?.errorText.includes("ERR_ABORTED")) {
      complaints.push(`request: ${request.url()} ${request.failure()?.errorText}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400) {
      complaints.push(`answer: ${response.status()} ${response.url()}`);
    }
  });
  return { context, page, complaints };
}
