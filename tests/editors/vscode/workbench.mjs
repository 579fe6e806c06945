// A real VS Code (code-server) with the extension installed from its .vsix, and a browser on it.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { openBrowser } from "../browser.mjs";

/** As long as a busy machine of two cores may take for a step. */
const PATIENCE_MS = Number(process.env.AURORA_PATIENCE_MS ?? 60_000);

const USER_SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "chat.disableAIFeatures": true,
  "window.commandCenter": false,
  "editor.minimap.enabled": false,
  "security.workspace.trust.enabled": false,
};

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** code-server with the extension, on a folder of its own; several browser windows may look at it. */
export class Editor {
  /** `settings` are the machine's: a server path is read from nowhere else. */
  static async start({ node, entry, vsix, files, settings = {}, userSettings = {}, env = {} }) {
    const editor = new Editor();
    editor.home = mkdtempSync(join(tmpdir(), "aurora-vscode-"));
    editor.workspace = join(editor.home, "files");
    const data = join(editor.home, "data");
    for (const folder of [editor.workspace, join(data, "User"), join(data, "Machine"), join(editor.home, "extensions")]) {
      mkdirSync(folder, { recursive: true });
    }
    cpSync(files, editor.workspace, { recursive: true });
    writeFileSync(join(data, "Machine", "settings.json"), JSON.stringify(settings));
    writeFileSync(join(data, "User", "settings.json"), JSON.stringify({ ...USER_SETTINGS, ...userSettings }));
    const config = join(editor.home, "config.yaml");
    writeFileSync(config, "auth: none\ncert: false\n");
    const common = [entry, "--user-data-dir", data, "--extensions-dir", join(editor.home, "extensions"), "--config", config];
    const environment = {
      ...process.env,
      HOME: editor.home,
      EXTENSIONS_GALLERY: '{"serviceUrl":""}',
      AURORA_STORE: join(editor.home, "store"),
      ...env,
    };
    delete environment.VSCODE_IPC_HOOK_CLI;
    delete environment.PORT;
    const installed = spawnSync(node, [...common, "--install-extension", vsix], { env: environment, encoding: "utf8" });
    if (installed.status !== 0) {
      throw new Error(`the extension does not install: ${installed.stdout}${installed.stderr}`);
    }
    const port = await freePort();
    editor.url = `http://127.0.0.1:${port}`;
    editor.process = spawn(
      node,
      [
        ...common,
        "--auth", "none",
        "--bind-addr", `127.0.0.1:${port}`,
        "--disable-telemetry",
        "--disable-update-check",
        "--disable-getting-started-override",
      ],
      { env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true },
    );
    let log = "";
    editor.process.stdout.on("data", (chunk) => (log += chunk));
    editor.process.stderr.on("data", (chunk) => (log += chunk));
    for (let tries = 0; ; tries++) {
      const healthy = await fetch(`${editor.url}/healthz`).then((answer) => answer.ok, () => false);
      if (healthy) {
        return editor;
      }
      if (tries > 300 || editor.process.exitCode !== null) {
        throw new Error(`code-server does not start: ${log.slice(-2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** The text of a file of the workspace, as it is on disk. */
  read(name) {
    return readFileSync(join(this.workspace, name), "utf8");
  }

  /** The bytes that the learner keeps, if any. */
  get store() {
    return join(this.home, "store");
  }

  /** Copies the extension's log and its host's to `folder`. */
  keepLogs(folder) {
    const logs = join(this.home, "data", "logs");
    for (const name of existsSync(logs) ? readdirSync(logs, { recursive: true }) : []) {
      if (/AURORA.*\.log$|remoteexthost\.log$/.test(name)) {
        copyFileSync(join(logs, name), join(folder, basename(name)));
      }
    }
  }

  async stop() {
    try {
      process.kill(-this.process.pid, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await new Promise((resolve) => (this.process.exitCode === null ? this.process.once("exit", resolve) : resolve()));
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A browser window on an editor. */
export class Window {
  /** `language` is what a language pack would tell the workbench; its own words stay English without one. */
  static async open(editor, { pictures, width = 1280, height = 800, language }) {
    mkdirSync(pictures, { recursive: true });
    const window = new Window();
    window.editor = editor;
    window.pictures = pictures;
    window.context = await openBrowser(mkdtempSync(join(editor.home, "browser-")), { width, height });
    window.page = window.context.pages()[0];
    window.page.setDefaultTimeout(PATIENCE_MS);
    if (language !== undefined) {
      await window.context.addInitScript((language) => (globalThis._VSCODE_NLS_LANGUAGE = language), language);
    }
    await window.page.goto(`${editor.url}/?folder=${encodeURIComponent(editor.workspace)}`);
    await window.page.locator(".monaco-workbench").waitFor();
    await window.page.locator(".statusbar-item").first().waitFor();
    return window;
  }

  /** Keeps what is on the screen as a picture. */
  async picture(name) {
    await this.page.screenshot({ path: join(this.pictures, `${name}.png`), animations: "disabled", caret: "initial" });
  }

  /** Opens a file as a person would, by quick open. */
  async openFile(name) {
    await this.quick("Control+P", name, `.quick-input-list .monaco-list-row[aria-label^="${name}"]`);
    this.text = this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`);
    await this.text.locator(".view-line").first().waitFor();
  }

  /** Runs a command by its title, from the palette. */
  async command(title) {
    await this.quick("F1", `>${title}`, `.quick-input-list .monaco-list-row[aria-label*="${title}"]`);
  }

  async quick(key, text, row) {
    const box = this.page.locator(".quick-input-widget input.input");
    // A key may go to a part of the window that is just being drawn, or to a list that is about to close: a person
    // presses it again.
    for (let tries = 1; ; tries++) {
      await this.page.keyboard.press(key);
      try {
        await box.fill(text, { timeout: PATIENCE_MS / 20 });
        break;
      } catch (error) {
        if (tries === 20) {
          throw error;
        }
      }
    }
    await this.page.locator(row).first().waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").first().waitFor({ state: "hidden" }).catch(() => undefined);
  }

  /** Restarts the server by its command; returns when the new one has read the open file. */
  async restartServer() {
    await this.command("AURORA: Restart Server");
    // The moment without a server may be too short to be seen.
    const gone = this.page.locator('.statusbar-item[aria-label*="no server"]').first();
    await gone.waitFor({ timeout: 5_000 }).catch(() => undefined);
    await this.page.locator('.statusbar-item[aria-label*="records"]').first().waitFor();
  }

  /** Rows of the quick pick that is open. */
  pickRow(text) {
    return this.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
  }

  async showProblems() {
    if (!(await this.page.locator(".markers-panel").isVisible())) {
      await this.page.keyboard.press("Control+Shift+M");
    }
    await this.page.locator(".markers-panel").waitFor();
  }

  /** Types into the panel's filter, so that the rows in question are in sight. */
  async filterProblems(text) {
    const box = this.page.locator(".viewpane-filter-container input, .markers-panel-action-filter input, .viewpane-filter input").first();
    await box.fill(text);
  }

  /** The row of the Problems panel that holds `text`. */
  problem(text) {
    return this.page.locator(".markers-panel .monaco-list-row", { hasText: text }).first();
  }

  /** Puts the cursor at a line and a column, both from 1, and the keyboard into the text. */
  async goTo(line, column) {
    await this.quick("Control+G", `:${line}:${column}`, ".quick-input-list .monaco-list-row");
  }

  /** Where the first squiggle of a kind is on the screen. */
  async squiggle(kind) {
    const mark = this.text.locator(`.squiggly-${kind}`).first();
    await mark.waitFor();
    return mark.boundingBox();
  }

  /** The text of the hover at a place on the screen. */
  async hoverAt(x, y, containing) {
    await this.page.mouse.move(x - 40, y + 60);
    await this.page.mouse.move(x, y, { steps: 4 });
    const hover = this.page.locator(".monaco-hover:not(.hidden)", { hasText: containing }).first();
    await hover.waitFor();
    return hover.innerText();
  }

  /** The text of the hover at the cursor, by the keyboard; asked for again, as a person does, until it holds what is looked for. */
  async hoverAtCursor(containing) {
    const hover = this.page.locator(".monaco-hover:not(.hidden)", { hasText: containing }).first();
    for (const end = Date.now() + PATIENCE_MS; ; await this.closeHover()) {
      await this.command("Show or Focus Hover");
      try {
        await hover.waitFor({ timeout: PATIENCE_MS / 10 });
        return await hover.innerText();
      } catch (error) {
        if (Date.now() > end) {
          const shown = await this.page.locator(".monaco-hover:not(.hidden)").allInnerTexts();
          throw new Error(`no hover says "${containing}"; shown: ${shown.join(" | ") || "none"}`, { cause: error });
        }
      }
    }
  }

  async closeHover() {
    await this.page.keyboard.press("Escape");
    await this.page.locator(".monaco-hover:not(.hidden)").first().waitFor({ state: "hidden" }).catch(() => undefined);
  }

  /** Puts the cursor at a line and a column and opens the menu of actions by a click on the lightbulb; again, as a
   * person does, while the bulb was still that of another place and the menu does not hold `containing`. */
  async openLightbulb(line, column, containing) {
    const rows = this.page.locator(".action-widget .monaco-list-row");
    for (let tries = 1; ; tries++) {
      // The bulb comes when the cursor has moved, and Escape takes it away: go there from elsewhere.
      await this.goTo(line + 1, 1);
      await this.goTo(line, column);
      // The editor asks a quarter of a second after the cursor has come to rest. What VS Code 1.100 shows of an earlier
      // answer does nothing once the next one is there.
      await this.page.waitForTimeout(500);
      const bulb = this.text.locator('[class*="lightbulb"], [class*="light-bulb"]').first();
      await bulb.waitFor();
      try {
        await bulb.click({ timeout: PATIENCE_MS / 10 });
        await rows.first().waitFor({ timeout: PATIENCE_MS / 10 });
        if (!containing || (await rows.allInnerTexts()).some((text) => text.includes(containing))) {
          return;
        }
      } catch (error) {
        if (tries === 10) {
          throw error;
        }
      }
      if (tries === 10) {
        throw new Error(`no menu holds "${containing}"`);
      }
      await this.page.keyboard.press("Escape");
    }
  }

  /** Titles in the menu of actions. */
  async actionTitles() {
    return this.page.locator(".action-widget .monaco-list-row.action .title").allInnerTexts();
  }

  /** Clicks an action. The mouse moves first, as a person's does: that lifts the menu's pointer block. */
  async takeAction(text) {
    const item = this.page.locator(".action-widget .monaco-list-row", { hasText: text }).first();
    await item.waitFor();
    const box = await item.boundingBox();
    await this.page.mouse.move(box.x + 5, box.y + 5);
    await this.page.mouse.move(box.x + 20, box.y + box.height / 2, { steps: 4 });
    const title = (await item.innerText()).trim();
    await item.click();
    return title;
  }

  async save() {
    await this.page.keyboard.press("Control+S");
    await this.page.waitForFunction(() => !document.querySelector(".tab.dirty"));
  }

  async close() {
    await this.context.close();
  }
}
