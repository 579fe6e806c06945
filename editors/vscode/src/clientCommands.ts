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
export function registerClientCommands(getClient: () => LanguageClient | undefined): vscode.Disposable {
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
    vscode.commands.registerCommand(
      CLIENT_COMMANDS.saveWithEncoding,
      async (argument: { uri: string; encoding: string }) => {
        await show(argument.uri);
        // The editor's own list of encodings: it also shows what would be lost.
        await vscode.commands.executeCommand("workbench.action.editor.changeEncoding");
      },
    ),
    vscode.commands.registerCommand(CLIENT_COMMANDS.showWhy, (argument: { title?: string; markdown: string }) =>
      showPage(argument.title ?? vscode.l10n.t("Why this"), argument.markdown),
    ),
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

async function show(uri: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  return vscode.window.showTextDocument(document);
}
