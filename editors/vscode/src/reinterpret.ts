// "Read it another way": the delimiter chosen by hand, when the detected one is wrong.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** Asks for a delimiter and has the server read the file with it. */
export async function reinterpret(client: LanguageClient): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) {
    return;
  }
  const items = [
    { label: vscode.l10n.t("Detect again"), delimiter: null },
    { label: vscode.l10n.t("Comma"), description: ",", delimiter: "," },
    { label: vscode.l10n.t("Semicolon"), description: ";", delimiter: ";" },
    { label: vscode.l10n.t("Tab"), description: "⇥", delimiter: "\t" },
    { label: vscode.l10n.t("Pipe"), description: "|", delimiter: "|" },
    { label: vscode.l10n.t("Space"), description: "␣", delimiter: " " },
    { label: vscode.l10n.t("Colon"), description: ":", delimiter: ":" },
    { label: vscode.l10n.t("Caret"), description: "^", delimiter: "^" },
    { label: vscode.l10n.t("Tilde"), description: "~", delimiter: "~" },
  ];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("Fields are separated by") });
  if (picked === undefined) {
    return;
  }
  await client.sendRequest("workspace/executeCommand", {
    command: "aurora.reinterpret",
    arguments: [{ uri: client.code2ProtocolConverter.asUri(uri), delimiter: picked.delimiter }],
  });
}
