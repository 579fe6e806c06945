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
  await terminal.gone("4 of 5 fields");
  terminal.keys(":w", "Enter");
  await terminal.see("written");
  const saved = readFileSync(join(folder, "orders.csv"), "utf8").split("\n")[9];
  story.check(saved === "9,Leslie,Paris,32.91,", "the file on disk is mended", saved);

  terminal.keys(":Aurora profile", "Enter");
  await terminal.see(/AURORA profile/);
  await terminal.picture("5-profile");
  story.ok("the profile of the file");
}

/** Neovim, as the environment says, with the file open. */
neovim.command = () => [setting("AURORA_NVIM"), "-i", "NONE", "-n", "-u", setting("AURORA_INIT"), "orders.csv"];
