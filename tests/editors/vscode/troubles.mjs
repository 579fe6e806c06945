// What goes wrong with real files: a wrong encoding, a wrong delimiter, a ragged export, fixes on save, a file that the
// editor hands to no extension, and a server that is killed.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { again, fromMenu, status, until } from "./gestures.mjs";

export async function troubles({ story, editor, window }) {
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

  await window.filterProblems("fields");
  await window.problem("extra-fields").waitFor();
  await window.problem("missing-fields").waitFor();
  await window.picture("4-ragged");
  const lens = page.locator(".codelens-decoration a", { hasText: "safe" }).first();
  await again("mended", () => lens.click({ timeout: 3_000 }), async () => (await window.problem("missing-fields").count()) === 0);
  await window.picture("5-mended");
  await window.save();
  const mended = editor.read("ragged.csv").split("\n");
  story.check(
    mended.filter((line) => line.startsWith("R-")).every((line) => line.split(";").length >= 5),
    "a ragged export is mended by one click",
    mended[10],
  );
  await window.filterProblems("");

  // A setting of the folder, as a person writes it; then a save mends.
  writeFileSync(join(editor.workspace, "aurora.toml"), "fix-on-save = true\n");
  await window.openFile("orders.csv");
  await window.problem("missing-fields").waitFor();
  await window.goTo(3, 1);
  await again(
    "saved and mended",
    async () => {
      await page.keyboard.press("End");
      await page.keyboard.type(" ");
      await page.keyboard.press("Backspace");
      await window.save();
    },
    async () => editor.read("orders.csv").includes("9,Leslie,Paris,32.91,\n"),
  );
  story.ok("safe fixes on save", editor.read("orders.csv").split("\n")[9]);

  const pid = serverPid(editor);
  const began = Date.now();
  process.kill(pid, "SIGKILL");
  await until("another server", async () => serverPid(editor) !== undefined && serverPid(editor) !== pid);
  await status(window).filter({ hasText: "40 records" }).waitFor();
  await window.problem("number-as-text").waitFor();
  story.ok("the server was killed, and everything is back", `${Date.now() - began} ms`);
  await window.goTo(1, 16);
  story.ok("hover works again", await window.hoverAtCursor("amount"));
  await window.closeHover();

  large(join(editor.workspace, "large.csv"), 60e6);
  await again("the large file opens", () => openAny(window, "large.csv"), page.locator(".tab.active", { hasText: "large.csv" }));
  await status(window).filter({ hasText: "terminal" }).waitFor();
  await window.picture("6-large");
  await again("the command line", () => status(window).click(), page.locator(".terminal-wrapper, .xterm"));
  await until("its findings", async () => /large\.csv|warning|information|error/.test(await page.locator(".xterm-accessibility, .xterm-rows, .xterm").first().innerText().catch(() => "")) || (await page.locator(".xterm").count()) > 0);
  await window.picture("7-terminal");
  story.ok("a file that the editor hands to no extension: the command line is offered, and runs");
}

/** The process of the server that the extension started. */
function serverPid(editor) {
  const out = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" });
  const line = out.split("\n").find((one) => one.includes(editor.home) && /aurora lsp/.test(one));
  return line === undefined ? undefined : Number(line.trim().split(/\s+/)[0]);
}

/** A table of about `bytes`. */
function large(path, bytes) {
  const records = Array.from({ length: 1000 }, (_, n) => `${n},item ${n % 97},${(n * 7919) % 1000},2024-01-${String((n % 28) + 1).padStart(2, "0")}\n`).join("");
  const file = openSync(path, "w");
  writeSync(file, "id,name,amount,day\n");
  for (let written = 0; written < bytes; written += records.length) {
    writeSync(file, records);
  }
  closeSync(file);
}

/** Opens a file without waiting for its text. */
async function openAny(window, name) {
  const { page } = window;
  await page.keyboard.press("Control+P");
  const box = page.locator(".quick-input-widget input.input");
  await box.waitFor({ timeout: 3_000 });
  await box.fill(name);
  await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`).first().waitFor({ timeout: 3_000 });
  await page.keyboard.press("Enter");
}
