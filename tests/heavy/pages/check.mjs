// Checks every HTML page of the reports named: valid HTML, and what axe finds on screen and in print.
// node check.mjs FOLDER...
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [1280, 390];
const RULES = {
  extends: ["html-validate:recommended"],
  rules: {
    // How a template lays out its text is no matter of validity.
    "no-trailing-whitespace": "off",
    "no-inline-style": "off",
    "long-title": "off",
    "doctype-style": "off",
    "void-style": "off",
    "require-sri": "off",
    // A drawing has its role and words on the box around it.
    "prefer-native-element": "off",
  },
};

function pages(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".html"))
    .map((name) => join(folder, name))
    .sort();
}

const files = process.argv.slice(2).flatMap(pages);
if (!files.length) {
  console.error("no page to check: run `make report` first");
  process.exit(2);
}
const validator = new HtmlValidate(RULES);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const context = await browser.newContext({ offline: true, reducedMotion: "reduce" });
const page = await context.newPage();
const requests = [];
page.on("request", (request) => {
  if (!/^(file|data):/.test(request.url())) requests.push(request.url());
});

let found = 0;
const tell = (file, what) => {
  found += 1;
  console.log(`${file}: ${what}`);
};
for (const file of files) {
  const told = await validator.validateFile(file);
  for (const message of told.results.flatMap((result) => result.messages))
    tell(file, `${message.line}:${message.column} ${message.ruleId}: ${message.message}`);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(pathToFileURL(file).href);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) tell(file, `at ${width} px the page is ${wide} px too wide`);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => axe.run());
    for (const each of violations)
      tell(file, `at ${width} px ${each.id} (${each.impact}): ${each.help}; ${each.nodes.length} × ${each.nodes[0].html.slice(0, 160)}`);
    const stuck = await page.evaluate(() => {
      const can = [...document.querySelectorAll("a[href], summary, [tabindex='0']")];
      return can.filter((each) => each.tabIndex < 0).length;
    });
    if (stuck) tell(file, `at ${width} px ${stuck} links cannot be reached by keyboard`);
    const moving = await page.evaluate(() => document.getAnimations().length);
    if (moving) tell(file, `${moving} things move though less motion is asked for`);
  }
}
for (const url of new Set(requests)) tell(url, "was asked for: a page needs no network");
await browser.close();
console.log(`${files.length} pages at ${WIDTHS.join(" and ")} px: ${found} findings`);
process.exit(found ? 1 : 0);
