// The first minutes in Helix, with the configuration that we give away.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { setting } from "../story.mjs";

export async function helix({ story, terminal, folder }) {
  await terminal.see("● 2");
  story.ok("findings counted in the status line");
  terminal.keys("]", "d");
  await terminal.see("numbers written as text");
  story.ok("a finding under the cursor");
  terminal.keys("Space", "k");
  await terminal.see("parse-number");
  await terminal.picture("1-hover");
  story.ok("hover on the column");
  // Escape alone: with a key right after it a terminal means Alt and that key.
  terminal.keys("Escape");
  await terminal.gone("parse-number");
  terminal.keys("1", "0", "g", "g", "g", "l", "Space", "a");
  await terminal.see("Add 1 empty field");
  await terminal.picture("2-menu");
  story.ok("menu of actions");
  terminal.keys("Enter");
  await terminal.until(
    (screen) => screen.includes("9,Leslie,Paris,32.91,") || (terminal.keys("Enter"), false),
    "the fix is not applied",
  );
  terminal.keys("Escape");
  // With the Escape right before it the colon may be taken for another key: until there is a prompt, again.
  let polls = 0;
  await terminal.until(
    (screen) => /^:/m.test(screen) || (polls++ % 10 === 0 && terminal.keys(":"), false),
    "no prompt for commands",
  );
  terminal.keys("C-u", "w", "Enter");
  await terminal.until(
    () => readFileSync(join(folder, "orders.csv"), "utf8").includes("9,Leslie,Paris,32.91,\n"),
    "the file is not written",
  );
  story.ok("the file on disk is mended");
}

helix.command = () => [setting("AURORA_HELIX"), "orders.csv"];
