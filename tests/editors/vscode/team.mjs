// A team on a real hub: the fifth person joins by an invitation, answers, sees every byte beforehand, publishes, gets the
// first card, is told why, and leaves.
import { release } from "../hub.mjs";
import { setting } from "../story.mjs";
import { again, commandList, status, until } from "./gestures.mjs";

export async function team({ story, editor, window }) {
  const { page } = window;
  const url = setting("AURORA_TEAM_URL");
  const host = url.replace("http://", "");
  await page.keyboard.press("Control+B");
  await window.openFile("sales.csv");
  await status(window).filter({ hasText: "5,000 records" }).waitFor();
  story.check(!(await status(window).innerText()).includes("team"), "without a team the status says nothing of one");

  await join({ story, window, url });
  await status(window).filter({ hasText: "team" }).waitFor();
  await window.picture("2-joined");
  story.ok("joined: the status shows the team", await status(window).innerText());

  // Nothing answered, nothing to share.
  await again("nothing to share", () => window.command("AURORA: Preview What I Share"), text(page, "Nothing would be sent"));
  story.ok("nothing to share yet");

  await table(window);
  await answer(window);
  story.ok("answered");

  await again("the preview", () => window.command("AURORA: Preview What I Share"), text(page, "1 vote would be sent"));
  await text(page, '"votes":').first().waitFor();
  await window.picture("3-preview");
  const shown = await page.locator(".editor-instance .view-lines").first().innerText();
  story.check(/finance/.test(shown) && /log1p-column/.test(shown), "every byte and a sentence", shown);

  await again("asked before", () => window.command("AURORA: Publish What I Share"), page.locator(".monaco-dialog-box"));
  await window.picture("4-publish");
  await page.locator(".monaco-dialog-box").getByRole("button", { name: "Send", exact: true }).click();
  const sent = page.locator(".notification-toast", { hasText: "took 1 vote" });
  await sent.waitFor();
  story.ok("published", await sent.innerText());

  story.ok("five people: the week's cards are published", release());
  await again(
    "the first card",
    () => window.command("AURORA: Fetch the Team's Cards"),
    page.locator(".notification-toast", { hasText: "1 card of release 1" }),
  );
  await window.picture("5-fetched");
  await window.command("Notifications: Clear All Notifications");

  await table(window);
  await window.goTo(1, 7);
  const hover = await window.hoverAtCursor("your team");
  await window.picture("6-card");
  story.check(hover.includes("your team: 5+ members, 50 to 100 % yes"), "the card in the hover", hover);
  story.check(hover.includes("not differentially private"), "with what protects its members");
  await window.closeHover();

  await again(
    "what was learned",
    () => window.command("Show What Was Learned"),
    page.locator(".tab", { hasText: "what was learned" }),
  );
  const learning = page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
  await learning.locator(".team li").first().scrollIntoViewIfNeeded();
  await window.picture("7-why");
  story.ok("the card among what was learned", await learning.locator(".team li").first().innerText());

  await page.keyboard.press("Control+1");
  await again("the status of the team", () => window.command("AURORA: Team Status"), text(page, "in the team at"));
  await window.picture("8-status");
  story.ok("what is shared, when last, what rests");

  await again("asked before leaving", () => window.command("AURORA: Leave the Team"), page.locator(".monaco-dialog-box"));
  await window.picture("9-leave");
  await page.locator(".monaco-dialog-box").getByRole("button", { name: "Leave", exact: true }).click();
  await page.locator(".notification-toast", { hasText: "your votes are deleted at the hub" }).waitFor();
  await table(window);
  await until("no team in the status", async () => !(await status(window).innerText()).includes("team"));
  await window.picture("10-left");
  story.ok("left: the status says nothing of a team", host);
}

/** Goes back to the table. */
async function table(window) {
  const tab = window.page.locator(".tab", { hasText: "sales.csv" }).first();
  const front = window.page.locator(".tab.active", { hasText: "sales.csv" });
  await again("the table in front", () => tab.click({ timeout: 3_000 }), front);
  await status(window).filter({ hasText: "records" }).waitFor();
}

/** A text in the editor in front. */
function text(page, words) {
  return page.locator(".editor-instance .view-lines", { hasText: words });
}

/** Answers the four questions of joining. */
async function join({ story, window, url }) {
  const { page } = window;
  const box = page.locator(".quick-input-widget input.input");
  const title = (step) => page.locator(".quick-input-title", { hasText: `(${step}/4)` });
  await commandList(window, "AURORA: Join a Team", title(1));
  await box.fill("ftp://nowhere");
  await page.locator(".quick-input-message", { hasText: "https://" }).waitFor();
  await box.fill(url);
  await window.picture("1-join");
  await again("the code", () => page.keyboard.press("Enter"), title(2));
  await box.fill(setting("AURORA_TEAM_CODE"));
  await again("the domain", () => page.keyboard.press("Enter"), title(3));
  await again("when to share", () => window.pickRow("finance").click({ timeout: 2_000 }), title(4));
  await window.picture("1-share");
  const joined = page.locator(".notification-toast", { hasText: "You are in the team at" });
  await again("joined", () => window.pickRow("Only when I publish").click({ timeout: 2_000 }).catch(() => undefined), joined);
  story.ok("joined by an invitation", await joined.innerText());
  await window.command("Notifications: Clear All Notifications");
}

/** Says that the logarithm is wanted for columns like `amount`. */
async function answer(window) {
  const { page } = window;
  const log = page.locator('.quick-input-list .monaco-list-row[aria-label^="log1p-column"]').first();
  const amount = page.locator('.quick-input-list .monaco-list-row[aria-label^="amount"]');
  await commandList(window, "Show Recommendations for a Column", amount);
  await again("what to do", () => amount.first().click({ timeout: 2_000 }), log);
  await again("answered", () => log.click({ timeout: 2_000 }), async () => !(await log.isVisible()));
}

team.window = { height: 820 };
