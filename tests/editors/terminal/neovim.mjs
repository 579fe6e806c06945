// Neovim as a person sees it: findings beside the text, the hover, the menu of actions, the fix, the status line.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { setting } from "../story.mjs";

export async function neovim({ story, terminal, folder }) {
  await terminal.see(/4 of 5 fields/);
  await terminal.see(/40 records/);
  story.ok("findings beside the text, the status line says how the file is read");
  await terminal.picture("1-findings");

  terminal.keys(":10", "Enter", "$", "K");
  await terminal.see("missing-fields");
  story.ok("hover on the finding");
  await terminal.picture("2-hover");
  terminal.keys("Escape", ":1", "Enter", "0", "14l", "K");
  await terminal.see(/parse-number.*%/);
  story.ok("hover on the column");
  await terminal.picture("3-column");

  terminal.keys("Escape", ":10", "Enter", "$", ":lua vim.lsp.buf.code_action()", "Enter");
  await terminal.see("Dismiss for this");
  story.ok("menu of actions");
  await terminal.picture("4-menu");
  terminal.keys("1", "Enter");
  // The menu may cover the finding: what counts is that the server has read the mended text.
  await terminal.see(/40 records · 3 findings/);
  await terminal.gone("4 of 5 fields");
  terminal.keys(":w", "Enter");
  await terminal.see("written");
  const saved = readFileSync(join(folder, "orders.csv"), "utf8").split("\n")[9];
  story.check(saved === "9,Leslie,Paris,32.91,", "the file on disk is mended", saved);

  terminal.keys(":set nohlsearch", "Enter", ":Aurora profile", "Enter");
  await terminal.see(/5 columns/);
  await terminal.picture("5-profile");
  story.ok("the columns at a glance");
  terminal.keys("/amount", "Enter", "Enter");
  await terminal.see(/From the first record to the last/);
  await terminal.picture("6-column");
  story.ok("a column in full");
  terminal.keys("-");
  await terminal.see(/5 columns/);
  terminal.keys("/coupon", "Enter", "Enter");
  await terminal.see(/Most frequent values/);
  await terminal.picture("7-values");
  terminal.keys("/SPRING", "Enter", "Enter");
  await terminal.see(/12 records; :lnext/);
  story.ok("a bar leads to its records");

  terminal.keys(":Aurora why coupon", "Enter");
  await terminal.see(/built-in belief/);
  await terminal.picture("8-why");
  terminal.keys(":Aurora profile coupon", "Enter");
  await terminal.see(/What to do/);
  terminal.keys("/unify-null", "Enter", "Enter");
  await terminal.see(/Dismiss for columns like this/);
  await terminal.picture("9-answer");
  terminal.keys("2", "Enter");
  await terminal.see(/noted/);
  story.ok("answered");
  terminal.keys("q", ":Aurora privacy", "Enter");
  await terminal.see(/Not claimed/);
  await terminal.picture("10-kept");
  story.ok("what is kept");
  terminal.keys("q", ":Aurora rules", "Enter");
  await terminal.see(/what was learned/);
  await terminal.picture("11-rules");
  story.ok("what was learned");
}

/** Neovim, as the environment says, with the file open. */
neovim.command = () => [setting("AURORA_NVIM"), "-i", "NONE", "-n", "-u", setting("AURORA_INIT"), "orders.csv"];
