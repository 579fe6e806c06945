// What goes wrong with real files: a wrong encoding, a wrong delimiter (and the next file like it), a ragged export.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { again, fromMenu, status, until } from "./gestures.mjs";

export async function troubles({ story, editor, window }) {
  const { page } = window;
  // Two files of a folder that may be read either way.
  for (const name of ["either-1.csv", "either-2.csv"]) {
    writeFileSync(join(editor.workspace, name), "a;b,c\n1;2,3\n4;5,6\n");
  }

  await window.openFile("latin.csv");
  await window.showProblems();
  await window.problem("mismatched-encoding").waitFor();
  story.check((await window.text.innerText()).includes("�"), "a wrong encoding is seen");
  await window.openLightbulb(2, 5);
  await window.picture("1-encoding");
  await window.takeAction("Reopen in windows-1252");
  await until("the letters", async () => (await window.text.innerText()).includes("Müller"));
  await window.problem("mismatched-encoding").waitFor({ state: "detached" });
  story.ok("reopened in the right one, the finding is gone", await page.locator(".statusbar-item", { hasText: /Windows 1252/i }).first().innerText());
  await window.picture("2-encoding");

  await window.openFile("ragged.csv");
  await status(window).filter({ hasText: "semicolon" }).filter({ hasText: "30 records" }).waitFor();
  const rows = page.locator(".quick-input-list .monaco-list-row");
  const readWith = async (name, seen) => {
    await fromMenu(window, "Read with another delimiter");
    await again(name, () => rows.filter({ hasText: name }).first().click({ timeout: 2_000 }), status(window).filter({ hasText: seen }));
  };
  await readWith("Comma", "comma");
  story.ok("read with a wrong delimiter", await status(window).innerText());
  await window.picture("3-delimiter");
  await readWith("Detect again", "semicolon");
  story.ok("and with the right one again", await status(window).innerText());

  await window.filterProblems("fields");
  await window.problem("missing-fields").waitFor();
  await window.problem("extra-fields").waitFor();
  await window.openLightbulb(11, 30, "Fix all that is safe");
  await window.picture("4-ragged");
  await window.takeAction("Fix all that is safe");
  await window.problem("missing-fields").waitFor({ state: "detached" });
  story.ok("a ragged export is mended by one action", await status(window).innerText());
  await window.picture("5-mended");
  // The editor said that it was taken: it is a step of the recipe.
  await fromMenu(window, "Write what was done");
  const box = page.locator(".quick-input-widget input.input");
  await until("where to", async () => (await box.inputValue()).endsWith("ragged.csv.recipe"));
  await page.keyboard.press("Escape");
  story.ok("what was taken is a step of the recipe");

  // What is said of the one holds for the next.
  await window.openFile("either-1.csv");
  await status(window).filter({ hasText: "2 records" }).waitFor();
  const isComma = (await status(window).innerText()).includes("comma");
  const [other, shown] = isComma ? ["Semicolon", "semicolon"] : ["Comma", "comma"];
  await readWith(other, shown);
  await window.openFile("either-2.csv");
  await status(window).filter({ hasText: shown }).waitFor();
  story.ok("the next file of the folder is read with the delimiter chosen for this one", await status(window).innerText());
}
