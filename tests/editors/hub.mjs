// The hub of the stories about a team: it serves already; here its operator publishes the week's cards.
import { execFileSync } from "node:child_process";

import { setting } from "./story.mjs";

/** Runs `aurora hub …` and gives what it says. */
export function hub(...words) {
  const settings = ["--config", setting("AURORA_HUB_SETTINGS"), "--format", "json"];
  return execFileSync(setting("AURORA_SERVER"), ["hub", ...words, ...settings], { encoding: "utf8" });
}

/** Publishes cards. For a second the hub may answer from what it has looked up before: whoever fetches them asks again. */
export function release() {
  return hub("release", setting("AURORA_TEAM"));
}
