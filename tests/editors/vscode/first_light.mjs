// A CSV file opens; its finding is in Problems, is hovered over, mended from the lightbulb and saved. Another finding is
// dismissed; after a restart of the server it stays away, and the confidence shown has moved.

export async function firstLight({ story, editor, window }) {
  await window.openFile("orders.csv");
  story.ok("file open");
  await window.text.locator('[class*="squiggly-"]').first().waitFor();
  await window.showProblems();
  const short = window.problem("missing-fields");
  await short.waitFor();
  story.ok("Problems shows the short record", await short.innerText());
  await window.problem("untidy-whitespace").waitFor();
  await window.picture("1-problems");

  await window.goTo(10, 19);
  story.ok("hover on the finding", await window.hoverAtCursor("missing-fields"));
  await window.picture("2-hover");
  await window.closeHover();

  await window.openLightbulb();
  const titles = await window.actionTitles();
  story.check(titles.some((t) => t.includes("Dismiss for this column") || t.includes("Dismiss")), "the menu offers to dismiss", titles.join(" | "));
  await window.picture("3-menu");
  story.ok("fix taken", await window.takeAction(titles[0]));
  await short.waitFor({ state: "detached" });
  await window.save();
  const saved = editor.read("orders.csv").split("\n");
  story.check(saved[9] === "9,Leslie,Oslo,57.20,", "the file on disk is mended", saved[9]);
  story.check(saved.length === 42, "nothing else changed", `${saved.length} lines`);
  await window.picture("4-saved");

  await window.goTo(1, 9);
  const before = await window.hoverAtCursor("city");
  await window.picture("5-column");
  await window.closeHover();
  await window.goTo(6, 12);
  await window.openLightbulb();
  await window.picture("6-dismiss");
  await window.takeAction("Dismiss for this column");
  await window.problem("untidy-whitespace").waitFor({ state: "detached" });
  story.ok("another finding dismissed");

  await window.command("AURORA: Restart Server");
  // The problems go with the old server and come with the new one.
  await window.page.waitForTimeout(1500);
  await window.problem("null-heavy").waitFor();
  story.check((await window.problem("untidy-whitespace").count()) === 0, "after a restart it stays away");
  await window.goTo(1, 9);
  const after = await window.hoverAtCursor("city");
  await window.picture("7-after-restart");
  const shares = (text) => (text.match(/\d+(\.\d+)? ?%/g) ?? []).join(" ");
  story.check(shares(before) !== shares(after), "the confidence shown has moved", `${shares(before)} -> ${shares(after)}`);
  await window.closeHover();
}
