// Finds, starts and restarts the server.

import { constants } from "node:fs";
import { access, chmod } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";

import { CLIENT_COMMANDS } from "./protocol";

/** Rainbow CSV's names for what a file is separated by; files of any of them are ours too. */
export const LANGUAGES = [
  "csv",
  "tsv",
  "csv (semicolon)",
  "csv (pipe)",
  "csv (whitespace)",
  "csv (tilde)",
  "csv (caret)",
  "csv (colon)",
  "csv (double quote)",
  "csv (equals)",
  "csv (dot)",
  "csv (hyphen)",
  "dynamic csv",
];

/** A server that ends this often within the window is left alone. */
const MOST_RESTARTS = 5;
const RESTART_WINDOW_MS = 3 * 60 * 1000;

/** The server's program: what the machine's settings name, else the bundled one, else `aurora` on the path. */
export async function program(context: vscode.ExtensionContext): Promise<string> {
  // `inspect` leaves out workspace and folder values, so that a folder cannot name a program to start.
  const named = vscode.workspace.getConfiguration("aurora").inspect<string>("server.path")?.globalValue ?? "";
  if (named !== "") {
    if (!isAbsolute(named)) {
      throw new Error(vscode.l10n.t("aurora.server.path must be an absolute path; it is {0}", named));
    }
    await access(named, constants.X_OK).catch(() => {
      throw new Error(vscode.l10n.t("aurora.server.path names {0}, which is not a program here", named));
    });
    return named;
  }
  const bundled = join(context.extensionPath, "server", process.platform === "win32" ? "aurora.exe" : "aurora");
  try {
    await access(bundled, constants.F_OK);
  } catch {
    return "aurora";
  }
  // Some ways of installing an extension lose the mode.
  await access(bundled, constants.X_OK).catch(() => chmod(bundled, 0o755));
  return bundled;
}

/** Starts a server again at once when it ended by itself, until it does so too often. */
class Restart implements ErrorHandler {
  private ends: number[] = [];

  error() {
    return { action: ErrorAction.Continue };
  }

  closed(): CloseHandlerResult {
    const now = Date.now();
    this.ends = [...this.ends.filter((end) => now - end < RESTART_WINDOW_MS), now];
    if (this.ends.length <= MOST_RESTARTS) {
      return { action: CloseAction.Restart, handled: true };
    }
    return {
      action: CloseAction.DoNotRestart,
      message: vscode.l10n.t(
        "AURORA's server ended {0} times in 3 minutes and is not started again. The log says more; \"AURORA: Restart Server\" tries again.",
        this.ends.length,
      ),
    };
  }
}

/** The client that starts the server, not yet started. */
export async function createClient(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
): Promise<LanguageClient> {
  const settings = vscode.workspace.getConfiguration("aurora");
  const store = settings.inspect<string>("store.path")?.globalValue ?? "";
  const env = { ...process.env, ...(isAbsolute(store) ? { AURORA_STORE: store } : {}) };
  const command = await program(context);
  output.info(`server: ${command}`);
  const options: LanguageClientOptions = {
    documentSelector: LANGUAGES.flatMap((language) => [
      { language, scheme: "file" },
      { language, scheme: "untitled" },
    ]),
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    synchronize: { configurationSection: "aurora" },
    errorHandler: new Restart(),
    initializationOptions: {
      clientCommands: Object.values(CLIENT_COMMANDS),
      inlayHints: settings.get<string>("hints", "off"),
      semanticTokens: settings.get<boolean>("rainbow", false),
    },
    markdown: { isTrusted: false, supportHtml: false },
  };
  return new LanguageClient("aurora", "AURORA", { command, args: ["lsp"], options: { env } }, options);
}

/** Stops `client` if it runs; a server that does not answer is not waited for longer than 2 s. */
export async function stopClient(client: LanguageClient | undefined): Promise<void> {
  if (client === undefined || client.state === State.Stopped) {
    return;
  }
  await client.stop(2000).catch(() => undefined);
}
