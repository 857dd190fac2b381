// Pictures of pages of a running site: node tests/look.mjs CONTROL TOKEN FOLDER [path…]
import { mkdirSync } from "node:fs";
import { launch, open } from "./browser.mjs";
import { Control } from "./fill.mjs";

const [controlUrl, token, folder, ...paths] = process.argv.slice(2);
const control = new Control(controlUrl, token);
mkdirSync(folder, { recursive: true });
const browser = await launch();
const ways = [
  ["light", { viewport: { width: 1360, height: 900 }, colorScheme: "light" }],
  ["dark", { viewport: { width: 1360, height: 900 }, colorScheme: "dark" }],
  ["phone", { viewport: { width: 360, height: 780 }, colorScheme: "light" }],
];
for (const [name, options] of ways.filter(([one]) => (process.env.LOOK ?? "light dark phone").includes(one))) {
  const { context, page, complaints } = await open(browser, options);
  await page.goto((await control.call("POST", "/api/v1/console-links", {})).url);
  for (const path of paths) {
    await page.goto(controlUrl + path);
    await page.locator("h1").waitFor();
    await page.waitForTimeout(1500);
    const file = `${folder}/${path === "/" ? "overview" : path.slice(1).replaceAll(/[/?=&]/g, "-")}-${name}.png`;
    await page.screenshot({ path: file, fullPage: true });
  }
  if (complaints.length > 0) {
    console.log(name, [...new Set(complaints)].join("\n  "));
  }
  await context.close();
}
await browser.close();
