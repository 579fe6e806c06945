// Writes what was done to a file as a recipe, where the person says and nowhere else.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** Asks where to, and writes the recipe of the file in front there. */
export async function writeRecipe(client: LanguageClient): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) {
    return;
  }
  const recipe = await client.sendRequest<{ steps: number; text: string }>("workspace/executeCommand", {
    command: "aurora.recipe",
    arguments: [{ uri: client.code2ProtocolConverter.asUri(uri) }],
  });
  if (recipe.steps === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("No fix or change of AURORA's was taken in this file since it was opened: its recipe would be empty."),
    );
    return;
  }
  // Not an untitled document: the editor keeps those on disk unasked, and the text holds names and values of the table.
  const saved = await vscode.window.showSaveDialog({
    ...(uri.scheme === "file" ? { defaultUri: uri.with({ path: `${uri.path}.recipe` }) } : {}),
    title: vscode.l10n.t("Write the recipe, which holds column names and values of this table"),
    saveLabel: vscode.l10n.t("Write Recipe"),
  });
  if (saved !== undefined) {
    await vscode.workspace.fs.writeFile(saved, new TextEncoder().encode(recipe.text));
    await vscode.window.showTextDocument(saved, { viewColumn: vscode.ViewColumn.Beside });
  }
}
