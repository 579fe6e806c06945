// What goes wrong with real files: a wrong encoding, and a wrong delimiter.
import { again, fromMenu, status, until } from "./gestures.mjs";

export async function troubles({ story, window }) {
  const { page } = window;

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
}
