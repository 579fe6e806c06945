// The views in high contrast, dark and light, and by the keyboard alone; and what activating the extension took.
import { again, fromMenu, status, view } from "./gestures.mjs";

export async function contrast({ story, window }) {
  const { page } = window;
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator(".monaco-workbench.hc-black").waitFor();
  await page.keyboard.press("Control+B");
  await window.openFile("orders.csv");
  await status(window).filter({ hasText: "40 records" }).waitFor();
  await fromMenu(window, "Profile of the columns");
  const profile = await view(window, "Profile: orders.csv");
  const column = profile.locator(".column", { hasText: "amount" });
  await column.waitFor();
  await again(
    "a column by the keyboard",
    async () => {
      await column.focus({ timeout: 3_000 });
      await page.keyboard.press("Enter");
    },
    profile.locator("h1", { hasText: "amount" }),
  );
  const bars = profile.locator('svg[aria-label="Distribution"] .bar');
  await bars.first().focus();
  await page.keyboard.press("ArrowRight");
  await again("the focus on the second bar", async () => undefined, () => bars.nth(1).evaluate((bar) => bar === document.activeElement));
  await window.picture("1-profile");
  story.ok("the profile in high contrast", await profile.locator("body").getAttribute("class"));

  await again("the other view", () => window.command("Show What Was Learned"), page.locator(".tab", { hasText: "what was learned" }));
  const learning = await view(window, "what was learned");
  await learning.locator("summary", { hasText: "not claimed" }).waitFor();
  await window.picture("2-learning");
  story.ok("what was learned in high contrast");

  await page.emulateMedia({ colorScheme: "light" });
  await page.locator(".monaco-workbench.hc-light").waitFor();
  await learning.locator("body.vscode-high-contrast-light").waitFor();
  await window.picture("3-learning-light");
  await again("the profile in front", () => page.locator(".tab", { hasText: "Profile: orders.csv" }).click(), bars);
  await profile.locator("body.vscode-high-contrast-light").waitFor();
  await window.picture("4-profile-light");
  story.ok("and in light high contrast");

  // A figure, held against its bar (150 ms) by whoever reads it: it depends on what else the machine does.
  await window.command("Developer: Show Running Extensions");
  const list = page.locator(".runtime-extensions-editor");
  const row = list.locator(".extension", { hasText: "AURORA" }).first();
  await again(
    "AURORA among the running extensions",
    async () => {
      await list.hover({ timeout: 3_000 });
      await page.mouse.wheel(0, 200);
    },
    row,
  );
  story.ok("activating the extension took", await row.locator(".activation-time").innerText());
}

contrast.options = {
  userSettings: {
    "window.autoDetectColorScheme": true,
    "workbench.preferredDarkColorTheme": "Default High Contrast",
    "workbench.preferredLightColorTheme": "Default High Contrast Light",
  },
};
