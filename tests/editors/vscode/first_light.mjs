// A CSV file opens; its finding is in Problems, is hovered over, mended from the lightbulb and saved. Another finding is
// dismissed and what is advised for a column answered with another wish; after a restart of the server the one stays
// away, and the confidence shown has moved. What is done by hand in another file is kept as a preference.

/** The confidence of `action` in the text of a hover and the one it was built in with, in percent. */
function confidence(hover, action) {
  const found = hover.match(new RegExp(`${action} (\\d+) ?%.*?built in (\\d+) ?%`));
  return { now: Number(found?.[1]), builtIn: Number(found?.[2]) };
}

export async function firstLight({ story, editor, window }) {
  await window.openFile("orders.csv");
  story.ok("file open");
  await window.text.locator('[class*="squiggly-"]').first().waitFor();
  await window.showProblems();
  const short = window.problem("missing-fields");
  await short.waitFor();
  story.ok("Problems shows the short record", await short.innerText());
  await window.picture("1-problems");

  await window.goTo(10, 21);
  story.ok("hover on the finding", await window.hoverAtCursor("missing-fields"));
  await window.picture("2-hover");
  await window.closeHover();

  await window.openLightbulb(10, 21, "missing-fields");
  const titles = await window.actionTitles();
  story.check(
    titles.some((title) => title.startsWith("Dismiss for this")) && titles.some((title) => title.startsWith("Why this?")),
    "the lightbulb offers the fix, to dismiss, and why",
    titles.join(" | "),
  );
  await window.picture("3-menu");
  story.ok("fix taken", await window.takeAction(titles[0]));
  await short.waitFor({ state: "detached" });
  await window.save();
  const saved = editor.read("orders.csv").split("\n");
  story.check(saved[9] === "9,Leslie,Paris,32.91,", "the file on disk is mended", saved[9]);
  story.check(saved.length === 42, "nothing else changed", `${saved.length - 1} lines`);

  await window.filterProblems("null-");
  await window.problem("null-heavy").waitFor();
  await window.problem("mixed-null-tokens").waitFor();
  await window.openLightbulb(1, 24, "null-heavy");
  await window.picture("4-dismiss");
  await window.takeAction("Dismiss for this column: null-heavy");
  await window.problem("null-heavy").waitFor({ state: "detached" });
  story.ok("another finding dismissed");

  await window.goTo(1, 16);
  const before = await window.hoverAtCursor("parse-number");
  await window.picture("5-column");
  await window.closeHover();
  await window.openLightbulb(1, 16, '"amount"');
  await window.takeAction("I wanted");
  await window.pickRow("leave-as-is").waitFor();
  await window.picture("6-wanted");
  await window.pickRow("leave-as-is").click();
  story.ok("said what was wanted instead");

  await window.restartServer();
  await window.problem("mixed-null-tokens").waitFor();
  story.check((await window.problem("null-heavy").count()) === 0, "after a restart it stays away");
  await window.goTo(1, 16);
  const after = await window.hoverAtCursor("leave-as-is");
  await window.picture("7-after-restart");
  const wanted = confidence(after, "leave-as-is");
  story.check(!before.includes("leave-as-is") && !after.includes("parse-number"), "the other advice has taken its place");
  story.check(wanted.now > wanted.builtIn, "the confidence shown has moved", `${wanted.builtIn} % -> ${wanted.now} %`);
  await window.closeHover();

  // Blanks taken away by hand are what trim-whitespace does; kept by the one button of the message.
  await window.openFile("names.csv");
  for (const line of [2, 3, 5, 6]) {
    await window.goTo(line, 3);
    await window.page.keyboard.press("Delete");
  }
  const toast = window.page.locator(".notification-toast", { hasText: "Keep as your preference: trim-whitespace" });
  await toast.first().waitFor();
  await window.picture("8-by-hand");
  story.ok("what was done by hand is recognised", await toast.first().locator(".notification-list-item-message").innerText());
  await toast.first().locator(".monaco-button", { hasText: "Keep" }).first().click();
  await toast.first().waitFor({ state: "detached" });
  await window.goTo(1, 5);
  const kept = confidence(await window.hoverAtCursor("trim-whitespace"), "trim-whitespace");
  await window.picture("9-kept");
  story.check(kept.now > kept.builtIn, "kept with one press", `${kept.builtIn} % -> ${kept.now} %`);
  await window.closeHover();
}
