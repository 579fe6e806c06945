// Tells a story in a terminal, and ends the terminal however the story ends.
import { setting } from "../story.mjs";
import { helix } from "./helix.mjs";
import { neovim } from "./neovim.mjs";
import { neovim_team } from "./neovim_team.mjs";
import { Terminal } from "./terminal.mjs";

const STORIES = { helix, neovim, neovim_team };

export async function tellInTerminal({ story, name, pictures }) {
  const tell = STORIES[name];
  if (tell === undefined) {
    throw new Error(`no story ${name}; there are ${Object.keys(STORIES).join(", ")}`);
  }
  const folder = setting("AURORA_FILES");
  const terminal = Terminal.start(tell.command(), { folder, pictures });
  process.on("SIGTERM", () => terminal.stop().finally(() => process.exit(1)));
  try {
    await tell({ story, terminal, folder });
  } catch (error) {
    await terminal.picture("fail").catch(() => undefined);
    throw error;
  } finally {
    await terminal.stop();
  }
}
