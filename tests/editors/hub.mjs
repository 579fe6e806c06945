// The hub of the stories about a team: it serves already; here its operator publishes the week's cards.
import { execFileSync } from "node:child_process";

import { setting } from "./story.mjs";

/** Runs `aurora hub …` and gives what it says. */
export function hub(...words) {
  const settings = ["--config", setting("AURORA_HUB_SETTINGS"), "--format", "json"];
  return execFileSync(setting("AURORA_SERVER"), ["hub", ...words, ...settings], { encoding: "utf8" });
}

/** Publishes cards; the hub looks at most a second later. */
export async function release() {
  const said = hub("release", setting("AURORA_TEAM"));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return said;
}
