// The status bar item: how the file is read, and what was found, in a few words.

import * as vscode from "vscode";

import type { Status } from "./protocol";
import { LANGUAGES } from "./server";

/** VS Code hands no extension a text longer than this. */
const LARGEST_SYNCED_BYTES = 50 * 1024 * 1024;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("aurora.status", vscode.StatusBarAlignment.Right, 90);
  private readonly known = new Map<string, Status>();
  private readonly subscriptions: vscode.Disposable[] = [this.item];
  private running = false;
  /** Counts what was shown: what took longer to find out than the next thing is not shown any more. */
  private turn = 0;

  constructor() {
    this.item.name = "AURORA";
    this.item.command = "aurora.showMenu";
    this.subscriptions.push(
      vscode.window.onDidChangeActiveTextEditor(() => void this.show()),
      vscode.window.tabGroups.onDidChangeTabs(() => void this.show()),
      vscode.workspace.onDidCloseTextDocument((document) => this.known.delete(document.uri.toString())),
    );
  }

  /** The server said how it reads a document. */
  update(status: Status): void {
    // The server may write the address another way than the editor does.
    this.known.set(vscode.Uri.parse(status.uri).toString(), status);
    void this.show();
  }

  /** Whether there is a server. */
  setRunning(running: boolean): void {
    this.running = running;
    if (!running) {
      this.known.clear();
    }
    void this.show();
  }

  of(uri: vscode.Uri): Status | undefined {
    return this.known.get(uri.toString());
  }

  private async show(): Promise<void> {
    const turn = ++this.turn;
    const document = vscode.window.activeTextEditor?.document;
    const ours = document !== undefined && LANGUAGES.includes(document.languageId);
    void vscode.commands.executeCommand("setContext", "aurora.fileOpen", ours);
    if (!ours) {
      await this.showTooLarge(turn);
      return;
    }
    this.item.command = "aurora.showMenu";
    this.item.backgroundColor = undefined;
    if (!this.running) {
      this.item.text = vscode.l10n.t("$(warning) CSV: no server");
      this.item.tooltip = vscode.l10n.t("AURORA's server does not run. Click for the menu: it can be restarted there.");
      this.item.show();
      return;
    }
    const status = this.known.get(document.uri.toString());
    this.item.text = status === undefined ? vscode.l10n.t("$(sync~spin) CSV") : text(status);
    this.item.tooltip = status === undefined ? vscode.l10n.t("AURORA is reading this file") : tooltip(status);
    this.item.show();
  }

  /** A file so large that the editor shows it to no extension: say so, and offer the command line. */
  private async showTooLarge(turn: number): Promise<void> {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    const uri = input instanceof vscode.TabInputText ? input.uri : undefined;
    if (uri === undefined || !/\.(csv|tsv|tab|psv)$/i.test(uri.path) || uri.scheme !== "file") {
      this.item.hide();
      return;
    }
    const size = await vscode.workspace.fs.stat(uri).then(
      (stat) => stat.size,
      () => 0,
    );
    if (turn !== this.turn) {
      return;
    }
    if (size <= LARGEST_SYNCED_BYTES) {
      this.item.hide();
      return;
    }
    this.item.text = vscode.l10n.t("$(terminal) CSV: check in the terminal");
    this.item.tooltip = vscode.l10n.t(
      "VS Code shows files over 50 MB to no extension. The command line has no such limit: click to run it on this file.",
    );
    this.item.command = { command: "aurora.checkInTerminal", title: "", arguments: [uri] };
    this.item.show();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }
}

function text(status: Status): string {
  const parts = [status.dialect, status.encoding].filter((part) => typeof part === "string" && part !== "");
  if (typeof status.records === "number") {
    parts.push(
      status.records === 1
        ? vscode.l10n.t("1 record")
        : vscode.l10n.t("{0} records", status.records.toLocaleString(vscode.env.language)),
    );
  }
  if (typeof status.findings === "number" && status.findings > 0) {
    parts.push(
      status.findings === 1
        ? vscode.l10n.t("1 finding")
        : vscode.l10n.t("{0} findings", status.findings.toLocaleString(vscode.env.language)),
    );
  }
  if (status.team) {
    parts.push(`$(organization) ${vscode.l10n.t("team")}`);
  }
  const icon = status.notice || status.coverage === "failed" ? "$(warning)" : "$(table)";
  return `${icon} ${parts.join(" · ")}`;
}

function teamWords(team: NonNullable<Status["team"]>): string {
  const cards = team.cards === 1 ? vscode.l10n.t("1 card") : vscode.l10n.t("{0} cards", team.cards);
  const shares = team.shares ? vscode.l10n.t("shares in the background") : vscode.l10n.t("shares when asked");
  return `${team.host} · ${team.domain} · ${cards} · ${shares}`;
}

/** How much was looked at, where it is not all. */
function coverageWords(coverage: string | undefined): string | undefined {
  switch (coverage) {
    case "in progress":
      return vscode.l10n.t("not all yet");
    case "stopped":
      return vscode.l10n.t("only a part: reading was stopped");
    default:
      return undefined;
  }
}

function tooltip(status: Status): vscode.MarkdownString {
  const rows: [string, string | number | null | undefined][] = [
    [vscode.l10n.t("Separated by"), status.dialect],
    [vscode.l10n.t("Encoding"), status.encoding],
    [vscode.l10n.t("Records"), status.records?.toLocaleString(vscode.env.language)],
    [vscode.l10n.t("Columns"), status.columns?.toLocaleString(vscode.env.language)],
    [vscode.l10n.t("Findings"), status.findings?.toLocaleString(vscode.env.language)],
    [vscode.l10n.t("Looked at"), coverageWords(status.coverage)],
    [vscode.l10n.t("Rules learned"), status.rules],
    [vscode.l10n.t("Team"), status.team ? teamWords(status.team) : undefined],
    [vscode.l10n.t("Note"), status.notice],
  ];
  const markdown = new vscode.MarkdownString();
  for (const [label, value] of rows) {
    if (value !== undefined && value !== null && value !== "") {
      // As text, never as Markdown: parts of it may come from the file.
      markdown.appendText(`${label}: ${value}`).appendMarkdown("  \n");
    }
  }
  return markdown;
}
