// A team in Neovim as a person sees it: join, preview, publish, the first card, why, leave.
import { release } from "../hub.mjs";
import { setting } from "../story.mjs";

export async function neovim_team({ story, terminal }) {
  await terminal.see(/5,000 records/);
  terminal.keys(`:Aurora team join ${setting("AURORA_TEAM_URL")} ${setting("AURORA_TEAM_CODE")} finance`, "Enter");
  await terminal.see(/joined the team at/);
  await terminal.picture("1-joined");
  story.ok("joined by an invitation");
  terminal.keys("Enter");
  await terminal.see(/team 127\.0\.0\.1/);
  story.ok("the status line shows the team");

  terminal.keys(":Aurora recommend", "Enter");
  await terminal.see(/2: amount/);
  terminal.keys("2", "Enter");
  await terminal.see(/1: log1p-column/);
  await terminal.picture("2-answer");
  terminal.keys("1", "Enter");
  await terminal.see(/noted, log1p-column/);
  story.ok("answered");

  terminal.keys(":Aurora team preview", "Enter");
  await terminal.see(/"votes":/);
  await terminal.picture("3-preview");
  story.ok("every byte and a sentence");
  terminal.keys(":close", "Enter", ":Aurora team publish", "Enter");
  await terminal.see(/Send 1 vote to/);
  await terminal.picture("4-publish");
  terminal.keys("1", "Enter");
  await terminal.see(/took 1 vote/);
  story.ok("published");

  story.ok("five people: the week's cards are published", release());
  let polls = 0;
  const pull = () => terminal.keys("Enter", ":Aurora team pull", "Enter");
  await terminal.until(
    (screen) => screen.includes("1 card of release 1") || (polls++ % 10 === 0 && pull(), false),
    "the first card never came",
  );
  terminal.keys("Enter", ":1", "Enter", "0", "6l", "K");
  await terminal.see(/your team: 5\+ members, 50 to 100 % yes/);
  await terminal.picture("5-card");
  story.ok("the card in the hover");
  terminal.keys("Escape", ":Aurora why amount", "Enter");
  await terminal.see(/your team: 5\+ members/);
  await terminal.picture("6-why");
  story.ok("it says why");
  terminal.keys("Escape", "j", ":Aurora team status", "Enter");
  await terminal.see(/published: /);
  await terminal.picture("7-status");
  terminal.keys(":close", "Enter", ":Aurora team leave", "Enter");
  await terminal.see(/your votes are deleted at the hub/);
  await terminal.picture("8-leave");
  terminal.keys("1", "Enter");
  await terminal.see(/nothing of the team rests/);
  await terminal.gone("team 127.0.0.1");
  await terminal.picture("9-left");
  story.ok("left");
}

/** Neovim, as the environment says, with the table open. */
neovim_team.command = () => [setting("AURORA_NVIM"), "-i", "NONE", "-n", "-u", setting("AURORA_INIT"), "sales.csv"];
