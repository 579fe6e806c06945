// Gestures of a person that a busy machine may swallow: they are made again until what they are for is seen.

const PATIENCE_MS = Number(process.env.AURORA_PATIENCE_MS ?? 60_000);
/** How long to look before the gesture is made again. */
const LOOK_MS = 4_000;

/** Makes `gesture` until `seen` (a locator, or a function that says so) is there; gives what `seen` gave. */
export async function again(what, gesture, seen) {
  const end = Date.now() + PATIENCE_MS;
  for (let problem; ; ) {
    try {
      await gesture();
    } catch (error) {
      problem = error;
    }
    const look = Date.now() + LOOK_MS;
    do {
      const found = typeof seen === "function" ? await seen() : await seen.first().isVisible();
      if (found) {
        return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (Date.now() < look);
    if (Date.now() > end) {
      throw new Error(`never seen: ${what}${problem === undefined ? "" : `; ${problem}`}`);
    }
  }
}

/** Waits until `probe` gives something, and gives it. */
export function until(what, probe) {
  return again(what, async () => undefined, probe);
}

/** Runs a command that opens a list of its own. */
export function commandList(window, title, row) {
  const { page } = window;
  const command = page.locator(`.quick-input-list .monaco-list-row[aria-label*="${title}"]`).first();
  return again(
    `the list of ${title}`,
    async () => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("F1");
      await page.locator(".quick-input-widget input.input").fill(`>${title}`, { timeout: 3_000 });
      await command.waitFor({ timeout: 3_000 });
      await page.keyboard.press("Enter");
    },
    row,
  );
}

/** The inside of a view: a page of its own, in a frame in a frame. */
export async function view(window, title) {
  const { page } = window;
  await page.locator(".tab", { hasText: title }).first().waitFor();
  return page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
}

/** The text of AURORA's item in the status bar. */
export function status(window) {
  return window.page.locator(".statusbar-item[id*='aurora']").first();
}

/** Chooses from AURORA's menu in the status bar. */
export async function fromMenu(window, row) {
  const list = window.page.locator(".quick-input-list .monaco-list-row", { hasText: row });
  await again("the menu", () => status(window).click(), list);
  await again(`${row} chosen`, () => list.first().click({ timeout: 2_000 }), async () => !(await list.first().isVisible()));
}
