// Columns of the open file, as the server's outline names them.

import * as vscode from "vscode";

/** The columns' headers, in the file's order. */
export async function columns(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
  const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
    "vscode.executeDocumentSymbolProvider",
    document.uri,
  );
  return symbols ?? [];
}

/** Lets a person choose a column, and puts the cursor on its header. */
export async function goToColumn(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return;
  }
  const all = await columns(editor.document);
  const picked = await vscode.window.showQuickPick(
    all.map((symbol) => ({ label: symbol.name, description: symbol.detail, symbol })),
    { placeHolder: vscode.l10n.t("Column"), matchOnDescription: true },
  );
  if (picked === undefined) {
    return;
  }
  editor.selection = new vscode.Selection(picked.symbol.selectionRange.start, picked.symbol.selectionRange.end);
  editor.revealRange(picked.symbol.selectionRange);
}
