// How it looks when asked to: in another language, with a colour for each column, with kinds and with columns under
// each other. Nothing of the last three before it is asked for.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { again, fromMenu, status, until, view } from "./gestures.mjs";

export async function looks({ story, editor, window }) {
  const { page } = window;
  await page.keyboard.press("Control+B");
  await window.openFile("orders.csv");
  await status(window).filter({ hasText: "40 Datensätze" }).waitFor();
  story.ok("the status bar in German", await status(window).innerText());
  await again("the menu", () => status(window).click(), window.pickRow("Mit anderem Trennzeichen lesen"));
  await window.picture("1-german-menu");
  story.ok("its menu", await window.pickRow("Profil der Spalten").innerText());
  await page.keyboard.press("Escape");

  const plain = await lines(window);
  story.check(plain[1].text.startsWith("1,Ada,Oslo,250.51,NA") && plain[0].text.startsWith("id,name,city"), "nothing in the text at first", plain[1].text);
  story.check(Math.max(...plain.map((line) => line.colours)) === 1, "and one colour");

  await choose(editor, window, { "aurora.rainbow": true, "aurora.hints": "both" });
  const shown = await until("colours and hints", async () => {
    const seen = await lines(window);
    return seen.length > 9 && seen[0].text.includes("id: integer") && seen.slice(1, 9).every((line) => line.colours >= 4) ? seen : undefined;
  });
  await window.picture("2-rainbow");
  story.ok("the kinds of the columns behind their names", shown[0].text);
  story.ok("a colour for each column", shown.slice(1, 9).map((line) => line.colours).join(" "));
  // The first four columns of records without a quoted comma; the short record has no fourth comma.
  const commas = shown.slice(0, 9).map((line) => [...line.text.matchAll(/,/g)].slice(0, 3).map((comma) => comma.index));
  story.check(new Set(commas.map(String)).size === 1, "the columns stand under each other", commas[0]);
  story.check(editor.read("orders.csv").startsWith("id,name,city,amount,coupon\n1,Ada,Oslo,"), "and the file is as it was");

  await choose(editor, window, { "aurora.rainbow": false, "aurora.hints": "off" });
  await until("plain again", async () => {
    const seen = await lines(window);
    return seen[0]?.text.startsWith("id,name,city") && seen.every((line) => line.colours <= 1);
  });
  story.ok("and off again");

  await status(window).filter({ hasText: "40 Datensätze" }).waitFor();
  await fromMenu(window, "Profil der Spalten");
  const profile = await view(window, "Profil: orders.csv");
  await profile.locator("h2, h3", { hasText: "Was zu tun ist" }).first().waitFor();
  await window.picture("3-german-profile");
  story.ok("the profile in German", await profile.locator("dl").first().innerText());
  await window.quick("F1", ">Anzeigen, was gelernt wurde", '.quick-input-list .monaco-list-row[aria-label*="was gelernt wurde"]');
  await page.locator(".tab", { hasText: "was gelernt wurde" }).first().waitFor();
  story.ok("commands are found by their German titles");
  const learning = await view(window, "was gelernt wurde");
  await learning.locator("button", { hasText: "Beweis ausführen" }).first().waitFor();
  await window.picture("4-german-learning");
}

looks.window = { language: "de" };

/** Each line in sight: its text with what is shown in it, and how many colours it has. */
async function lines(window) {
  const seen = await window.text.locator(".view-line").evaluateAll((all) =>
    all.map((line) => ({
      top: line.getBoundingClientRect().top,
      text: line.textContent.replace(/\u00a0/g, " ").replace(/[\u200a-\u200f]/g, ""),
      colours: new Set(
        [...line.querySelectorAll("span span")]
          .filter((part) => /\w/.test(part.textContent) && !/dyn-rule|ced-/.test(part.className))
          .map((part) => getComputedStyle(part).color),
      ).size,
    })),
  );
  return seen.sort((a, b) => a.top - b.top);
}

/** Sets settings of the person, and loads the window anew, for this editor does not watch their file. */
async function choose(editor, window, settings) {
  const file = join(editor.home, "data", "User", "settings.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), ...settings }));
  await window.page.reload();
  await window.page.locator(".statusbar-item").first().waitFor();
  await window.openFile("orders.csv");
}
