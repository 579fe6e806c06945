// A program in a real terminal (tmux, on a server of its own), driven by keys and seen as pictures.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openBrowser } from "../browser.mjs";
import { page } from "./ansi.mjs";

const PATIENCE_MS = Number(process.env.AURORA_PATIENCE_MS ?? 30_000);

export class Terminal {
  /** Runs `command` (a program and its arguments) in `folder`. */
  static start(command, { folder, pictures, env = {}, columns = 110, lines = 32 }) {
    const terminal = new Terminal();
    terminal.socket = `aurora-${process.pid}`;
    terminal.pictures = pictures;
    terminal.home = mkdtempSync(join(tmpdir(), "aurora-terminal-"));
    terminal.env = { ...process.env, LC_ALL: "C.UTF-8", ...env };
    delete terminal.env.TMUX;
    const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    terminal.tmux("new-session", "-d", "-x", String(columns), "-y", String(lines), "-s", "story", `cd '${folder}' && exec ${quoted}`);
    terminal.tmux("set", "-g", "default-terminal", "tmux-256color");
    terminal.tmux("set", "-ga", "terminal-overrides", ",*:Tc:Smulx=\\E[4::%p1%dm");
    terminal.tmux("set", "-g", "status", "off");
    return terminal;
  }

  tmux(...args) {
    return execFileSync("tmux", ["-L", this.socket, "-f", "/dev/null", ...args], { env: this.env, encoding: "utf8" });
  }

  /** The text on the screen. */
  screen() {
    return this.tmux("capture-pane", "-p", "-t", "story");
  }

  /** Waits until the screen shows `wanted`, a text or a pattern; returns the screen. */
  async see(wanted) {
    const shows = (screen) => (wanted instanceof RegExp ? wanted.test(screen) : screen.includes(wanted));
    return this.until(shows, `never seen: ${wanted}`);
  }

  /** Waits until the screen no longer shows `text`. */
  async gone(text) {
    return this.until((screen) => !screen.includes(text), `still there: ${text}`);
  }

  async until(holds, complaint) {
    for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const screen = this.screen();
      if (holds(screen)) {
        return screen;
      }
      if (Date.now() - start > PATIENCE_MS) {
        throw new Error(`${complaint}\n${screen}`);
      }
    }
  }

  /** Presses keys, by tmux's names. */
  keys(...keys) {
    this.tmux("send-keys", "-t", "story", ...keys);
  }

  /** Keeps the screen as a picture. */
  async picture(name) {
    const html = join(this.home, `${name}.html`);
    writeFileSync(html, page(this.tmux("capture-pane", "-e", "-N", "-p", "-t", "story")));
    this.browser ??= await openBrowser(join(this.home, "browser"), { width: 1000, height: 600 });
    const tab = this.browser.pages()[0];
    await tab.goto(`file://${html}`);
    await tab.locator("pre").screenshot({ path: join(this.pictures, `${name}.png`) });
  }

  async stop() {
    await this.browser?.close();
    try {
      this.tmux("kill-server");
    } catch {
      // The program has ended, and its terminal with it.
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
