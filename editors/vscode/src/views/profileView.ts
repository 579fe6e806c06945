// The Profile view of a document: asks the server, shows, and hands on what the person chooses.

import { basename } from "node:path";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import type { Bar, Finding, FromProfile, Profile, ToProfile } from "../../webview/messages";
import { type Correction, ProfileRequest, RecordsRequest } from "../protocol";
import { openPanel, said } from "./panel";

/** Changes that come this quickly one after the other are drawn once. */
const QUIET_MS = 150;

export class ProfileView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private document: vscode.Uri | undefined;
  private column: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly client: () => LanguageClient | undefined,
    private readonly isOurs: (document: vscode.TextDocument) => boolean,
  ) {
    context.subscriptions.push(
      this,
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        // The view follows the person from file to file.
        if (this.panel !== undefined && editor !== undefined && this.isOurs(editor.document)) {
          this.follow(editor.document.uri);
        }
      }),
    );
  }

  /** Shows the view for the document, with a column unfolded. */
  open(document: vscode.Uri, column?: number): void {
    if (this.panel === undefined) {
      this.panel = openPanel<FromProfile>(this.context, { name: "profile", title: "" }, (message) => void this.receive(message));
      this.panel.onDidDispose(() => {
        this.panel = undefined;
        this.document = undefined;
      });
    } else {
      this.panel.reveal(undefined, true);
    }
    this.follow(document, column);
  }

  /** The server has read a document anew. */
  changed(uri: vscode.Uri): void {
    if (this.panel !== undefined && uri.toString() === this.document?.toString()) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.show(), QUIET_MS);
    }
  }

  private follow(document: vscode.Uri, column?: number): void {
    if (document.toString() !== this.document?.toString()) {
      this.document = document;
      this.column = undefined;
    }
    this.column = column ?? this.column;
    if (this.panel !== undefined) {
      this.panel.title = vscode.l10n.t("Profile: {0}", basename(document.path));
    }
    void this.show();
  }

  private async show(): Promise<void> {
    const [client, document] = [this.client(), this.document];
    if (client === undefined || document === undefined) {
      return;
    }
    const uri = client.code2ProtocolConverter.asUri(document);
    const column = this.column ?? 0;
    let profile: Profile | null;
    try {
      profile = await client.sendRequest(ProfileRequest, { uri, column });
    } catch {
      // The text moved on while it was read: the next status brings the next try.
      return;
    }
    // Meanwhile the person may have gone on to another file or column, whose answer may have come before.
    const isWanted = document.toString() === this.document?.toString() && column === (this.column ?? 0);
    if (profile !== null && isWanted) {
      this.post({ type: "profile", file: basename(document.path), profile });
    }
  }

  private post(message: ToProfile): void {
    void this.panel?.webview.postMessage(message);
  }

  private async receive(message: FromProfile): Promise<void> {
    const [client, document] = [this.client(), this.document];
    if (client === undefined || document === undefined) {
      return;
    }
    const uri = client.code2ProtocolConverter.asUri(document);
    const run = <T>(command: string, argument: object) =>
      client.sendRequest<T>("workspace/executeCommand", { command, arguments: [{ uri, ...argument }] });
    switch (message.type) {
      case "ready":
        await this.show();
        break;
      case "column":
        this.column = message.column;
        await this.show();
        break;
      case "records":
        await this.showRecords(client, document, message.column, message.of, message.title);
        break;
      case "place":
        await reveal(document, asRange(message.range));
        break;
      case "apply": {
        const title = await run<string>("aurora.apply", { column: message.column, action: message.action }).catch(said);
        this.post({ type: "said", text: title ?? "" });
        break;
      }
      case "answer": {
        const { type: _, ...answer } = message;
        const correction: Omit<Correction, "uri"> = { target: "transform", scope: "alike", ...answer };
        const isNoted = await run("aurora.correct", correction).then(() => true, said);
        if (isNoted) {
          this.post({ type: "said", text: vscode.l10n.t("Noted: {0}", answer.wanted ?? answer.action) });
        }
        await this.show();
        break;
      }
      case "role": {
        const same = message.role === message.was;
        const correction: Omit<Correction, "uri"> = {
          column: message.column,
          target: "role",
          action: message.was,
          kind: same ? "accept" : "override",
          ...(same ? {} : { wanted: message.role }),
        };
        await run("aurora.correct", correction).catch(said);
        await this.show();
        break;
      }
      case "why": {
        const { column, action } = message;
        const why = await run<{ lines: string[]; markdown: string }>("aurora.why", { column, action }).catch(said);
        if (why !== undefined) {
          this.post({ type: "why", why: { column, action, lines: why.lines, summary: "" } });
        }
        break;
      }
    }
  }

  /** Shows the records behind a bar in the text: the one at once, several in the editor's own list. */
  private async showRecords(
    client: LanguageClient,
    document: vscode.Uri,
    column: number,
    of: Bar,
    title: string,
  ): Promise<void> {
    const uri = client.code2ProtocolConverter.asUri(document);
    const found = await client.sendRequest(RecordsRequest, { uri, column, of }).catch(said);
    if (found === undefined || found === null || found.records.length === 0) {
      this.post({ type: "said", text: vscode.l10n.t("no record") });
      return;
    }
    const ranges = found.records.map((record) => asRange(record.range));
    const editor = await reveal(document, ranges[0] as vscode.Range);
    if (found.records.length > 1) {
      editor.selections = [editor.selection];
      const locations = ranges.map((range) => new vscode.Location(document, range));
      await vscode.commands.executeCommand("editor.action.peekLocations", document, ranges[0]?.start, locations, "peek");
    }
    const more = found.n > found.records.length;
    this.post({
      type: "said",
      text: more ? vscode.l10n.t("{0}: the first {1} of {2}", title, found.records.length, found.n) : title,
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
  }
}

function asRange(range: Finding["range"]): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

/** Puts the cursor at a place of the text, in the editor that shows it. */
async function reveal(document: vscode.Uri, range: vscode.Range): Promise<vscode.TextEditor> {
  const open = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === document.toString());
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
    selection: range,
  });
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}
