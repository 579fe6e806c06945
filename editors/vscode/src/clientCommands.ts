// What only the editor can do, asked for by the server's code actions: line ends, encoding, a page to read, a list
// to choose from.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { CLIENT_COMMANDS } from "./protocol";

interface Choice {
  title: string;
  description?: string;
  detail?: string;
  /** A command of the server and its arguments. */
  command: string;
  arguments?: unknown[];
}

interface WhyArgument {
  uri: string;
  column?: number;
  action?: string;
}

/** Text of pages that are shown but belong to no file. */
const PAGE_SCHEME = "aurora-page";

class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly texts = new Map<string, string>();

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  set(uri: vscode.Uri, text: string): void {
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Registers the commands of `CLIENT_COMMANDS`. */
export function registerClientCommands(
  getClient: () => LanguageClient | undefined,
  openProfile: (document: vscode.Uri, column?: number) => void,
): vscode.Disposable {
  const pages = new Pages();
  const showPage = async (title: string, markdown: string) => {
    const uri = vscode.Uri.from({ scheme: PAGE_SCHEME, path: `/${title.replaceAll("/", "∕")}.md` });
    pages.set(uri, markdown);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  };
  return vscode.Disposable.from(
    pages,
    vscode.workspace.registerTextDocumentContentProvider(PAGE_SCHEME, pages),
    vscode.commands.registerCommand(CLIENT_COMMANDS.setLineEnd, async (argument: { uri: string; lineEnd: string }) => {
      const editor = await show(argument.uri);
      await editor.edit((edit) =>
        edit.setEndOfLine(argument.lineEnd === "crlf" ? vscode.EndOfLine.CRLF : vscode.EndOfLine.LF),
      );
    }),
    vscode.commands.registerCommand(CLIENT_COMMANDS.reopenWithEncoding, reopenWithEncoding),
    vscode.commands.registerCommand(CLIENT_COMMANDS.saveWithEncoding, saveWithEncoding),
    vscode.commands.registerCommand(CLIENT_COMMANDS.openProfile, (argument: { uri: string; column?: number }) =>
      openProfile(vscode.Uri.parse(argument.uri), argument.column),
    ),
    vscode.commands.registerCommand(CLIENT_COMMANDS.showWhy, async (argument: WhyArgument) => {
      const why = await getClient()?.sendRequest<{ markdown: string }>("workspace/executeCommand", {
        command: "aurora.why",
        arguments: [argument],
      });
      if (why !== undefined) {
        await showPage(argument.action ?? vscode.l10n.t("Why this"), why.markdown);
      }
    }),
    vscode.commands.registerCommand(CLIENT_COMMANDS.choose, async (argument: { title: string; items: Choice[] }) => {
      const items = argument.items.map((choice) => ({
        label: choice.title,
        description: choice.description ?? "",
        detail: choice.detail ?? "",
        choice,
      }));
      const picked = await vscode.window.showQuickPick(items, { placeHolder: argument.title });
      if (picked !== undefined) {
        await getClient()?.sendRequest("workspace/executeCommand", {
          command: picked.choice.command,
          arguments: picked.choice.arguments ?? [],
        });
      }
    }),
  );
}

/** The editor's names for encodings where they are not the usual ones without punctuation. */
const ENCODINGS: Record<string, string> = {
  "utf-8": "utf8",
  "utf-8-bom": "utf8bom",
  "utf-16": "utf16le",
  shift_jis: "shiftjis",
  "euc-jp": "eucjp",
  "euc-kr": "euckr",
  "big5-hkscs": "big5hkscs",
  "koi8-r": "koi8r",
  "koi8-u": "koi8u",
  "x-mac-roman": "macroman",
  macintosh: "macroman",
  ibm866: "cp866",
  ibm437: "cp437",
  ibm850: "cp850",
  ibm852: "cp852",
};

/** The editor's name for an encoding: `windows1252`, `iso885915`. */
export function editorEncoding(label: string): string {
  const known = ENCODINGS[label.toLowerCase()];
  return known ?? label.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Reads the bytes on disk again, in the encoding that they are written in. */
async function reopenWithEncoding(argument: { uri: string; encoding: string }): Promise<void> {
  const editor = await show(argument.uri);
  if (editor.document.isDirty) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t("This file has unsaved changes; save or revert them, then reopen it in {0}.", argument.encoding),
    );
    return;
  }
  try {
    await vscode.workspace.openTextDocument(editor.document.uri, { encoding: editorEncoding(argument.encoding) });
  } catch {
    // An encoding that this editor has no name for: its own list says what it has.
    await vscode.commands.executeCommand("workbench.action.editor.changeEncoding");
  }
}

/** Writes the file in another encoding, and goes on in that one. What the encoding cannot hold is said before. */
async function saveWithEncoding(argument: { uri: string; encoding: string }): Promise<void> {
  const { document } = await show(argument.uri);
  const encoding = editorEncoding(argument.encoding);
  const before = await encoded(document, encoding);
  if (before.lost && !(await isSavedAnyway(argument.encoding))) {
    return;
  }
  // A document with unsaved changes cannot be read again: what is on the screen is saved first. Saving may change it
  // (fixes, formatters), so what is written is what it is then.
  if (!(await document.save())) {
    return;
  }
  const after = await encoded(document, encoding);
  if (after.lost && !before.lost && !(await isSavedAnyway(argument.encoding))) {
    return;
  }
  await vscode.workspace.fs.writeFile(document.uri, after.bytes);
  await vscode.workspace.openTextDocument(document.uri, { encoding });
}

/** The text as it stands in another encoding, and whether that loses any of it. */
async function encoded(document: vscode.TextDocument, encoding: string): Promise<{ bytes: Uint8Array; lost: boolean }> {
  const text = document.getText();
  const bytes = await vscode.workspace.encode(text, { encoding });
  return { bytes, lost: (await vscode.workspace.decode(bytes, { encoding })) !== text };
}

async function isSavedAnyway(encoding: string): Promise<boolean> {
  const anyway = vscode.l10n.t("Save Anyway");
  const question = vscode.l10n.t("{0} cannot hold every character of this file.", encoding);
  return (await vscode.window.showWarningMessage(question, { modal: true }, anyway)) === anyway;
}

async function show(uri: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  return vscode.window.showTextDocument(document);
}
