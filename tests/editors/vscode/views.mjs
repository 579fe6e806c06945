// The Profile view and the Learning view: bars lead to records, advice is answered, a rule forms, is explained, switched
// off and forgotten; all of it is there again after a restart.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { again, commandList, fromMenu, status, until, view } from "./gestures.mjs";

export async function views({ story, editor, window }) {
  const { page } = window;
  writeShop(editor);
  await page.keyboard.press("Control+B");
  await window.openFile("orders.csv");
  await status(window).filter({ hasText: "40 records" }).waitFor();
  await window.picture("0-status");
  await fromMenu(window, "Profile of the columns");
  const profile = await view(window, "Profile: orders.csv");
  await profile.locator(".column").first().waitFor();
  story.check((await profile.locator(".column").count()) === 5, "the profile lists the columns");

  await again(
    "the column opens",
    () => profile.locator(".column", { hasText: "amount" }).click({ timeout: 3_000 }),
    profile.locator("h1", { hasText: "amount" }),
  );
  await profile.locator(".plot .bar").first().waitFor();
  await window.picture("1-profile");
  story.ok("a column in full", await profile.locator("dl").innerText());

  // By the keyboard alone: along the bars, and to the records behind one.
  await profile.locator('svg[aria-label="Distribution"] .bar').first().focus();
  await page.keyboard.press("ArrowRight");
  await again("the records behind a bar", () => page.keyboard.press("Enter"), page.locator(".peekview-widget"));
  await window.picture("2-records");
  story.ok("a bar leads to its records", await page.locator(".peekview-title").first().innerText());
  await again(
    "the list closes",
    () => page.keyboard.press("Escape"),
    async () => (await page.locator(".peekview-widget").count()) === 0,
  );

  const best = profile.locator("[data-action]").first();
  const action = await best.getAttribute("data-action");
  await again("why", () => best.getByRole("button", { name: "Why?" }).click({ timeout: 3_000 }), best.locator(".why li"));
  story.check((await best.locator(".why").innerText()).includes("built-in belief"), "it says why", action);
  await window.picture("3-why");
  await again(
    "dismissed",
    () => best.getByRole("button", { name: "Dismiss" }).click({ timeout: 3_000 }),
    profile.getByRole("button", { name: /^this column/ }),
  );
  await window.picture("4-dismiss");
  await profile.getByRole("button", { name: /^this column/ }).click();
  await until("another action is best", async () => (await best.getAttribute("data-action")) !== action);
  story.ok("dismissed for this column, another action is best", await best.getAttribute("data-action"));

  await again(
    "the other column opens",
    () => profile.locator(".column", { hasText: "coupon" }).click({ timeout: 3_000 }),
    profile.locator("h1", { hasText: "coupon" }),
  );
  await window.picture("5-values");
  const first = profile.locator("[data-action]").first();
  const change = await first.getAttribute("data-action");
  await again(
    "applied",
    () => first.getByRole("button", { name: "Apply" }).click({ timeout: 3_000 }),
    page.locator(".tab.dirty", { hasText: "orders.csv" }),
  );
  story.ok("applied from the view", change);
  await until("the view follows the text", async () => (await first.getAttribute("data-action")) !== change);
  story.ok("the view follows the text");

  // Six files of one kind, answered alike: a rule.
  await teach(window);
  await again(
    "the view opens",
    () => window.command("Show What Was Learned"),
    page.locator(".tab", { hasText: "what was learned" }),
  );
  const learning = await view(window, "what was learned");
  const rule = learning.locator("[data-rule]", { hasText: "leave-as-is" }).first();
  await rule.waitFor();
  await window.picture("6-learned");
  story.check((await rule.innerText()).includes("active"), "a rule was learned", await rule.innerText());

  await page.keyboard.press("Control+1");
  await window.restartServer();
  await again("the rule after a restart", () => window.command("Show What Was Learned"), rule);
  story.ok("after a restart the rule is there");
  await again(
    "switched off",
    () => rule.getByRole("button", { name: "Switch off" }).click({ timeout: 3_000 }),
    rule.getByRole("button", { name: "Switch on" }),
  );
  story.ok("switched off");
  await again(
    "asked whether to forget",
    () => rule.getByRole("button", { name: "Forget" }).click({ timeout: 3_000 }),
    learning.getByRole("button", { name: "Yes, forget" }),
  );
  await again(
    "forgotten",
    () => learning.getByRole("button", { name: "Yes, forget" }).click({ timeout: 3_000 }),
    async () => (await rule.filter({ hasText: "of 6 times" }).count()) === 0,
  );
  story.ok("forgotten");
  await again(
    "what is not claimed",
    () => learning.locator("summary", { hasText: "not claimed" }).click({ timeout: 3_000 }),
    learning.locator("li", { hasText: "kept as you gave them" }),
  );
  await window.picture("7-kept");
  story.ok("what is kept, and what is not claimed");

  await page.keyboard.press("Control+1");
  await fromMenu(window, "Profile of the columns");
  await profile.locator(".column", { hasText: "price" }).waitFor();
  await again(
    "a light theme",
    () => window.command("Toggle between Light/Dark Themes"),
    async () => (await page.locator(".monaco-workbench.vs").count()) > 0,
  );
  await window.picture("8-light");
  story.ok("light and dark");
}

/** Six files with a column of one name. */
function writeShop(editor) {
  mkdirSync(join(editor.workspace, "shop"), { recursive: true });
  for (let at = 1; at <= 6; at++) {
    const records = Array.from({ length: 60 }, (_, n) => `${n},${(n * 37) % 400},${["Oslo", "Bern"][n % 2]}`);
    writeFileSync(join(editor.workspace, "shop", `price${at}.csv`), `id,price,city\n${records.join("\n")}\n`);
  }
}

/** Says "right so" to that column in all of them. */
async function teach(window) {
  const { page } = window;
  // Files open where the text is, not where the view is.
  await page.keyboard.press("Control+1");
  for (let at = 1; at <= 6; at++) {
    const name = `price${at}.csv`;
    await again(`${name} opens`, () => window.openFile(name), page.locator(".tab.active", { hasText: name }));
    await status(window).filter({ hasText: "60 records" }).waitFor();
    const leave = page.locator('.quick-input-list .monaco-list-row[aria-label^="leave-as-is"]').first();
    await commandList(window, "Show Recommendations for a Column", page.locator('.quick-input-list .monaco-list-row[aria-label^="price"]'));
    await again(
      "what to do",
      () => page.locator('.quick-input-list .monaco-list-row[aria-label^="price"]').first().click({ timeout: 2_000 }),
      leave,
    );
    await again("answered", () => leave.click({ timeout: 2_000 }), async () => !(await leave.isVisible()));
  }
}
