// Debian's Chromium without a screen, asking nothing of the network.
import { chromium } from "playwright-core";

/** A browser with a profile of its own in `folder`. */
export function openBrowser(folder, { width, height }) {
  return chromium.launchPersistentContext(folder, {
    executablePath: process.env.AURORA_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    viewport: { width, height },
    permissions: ["clipboard-read", "clipboard-write"],
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
