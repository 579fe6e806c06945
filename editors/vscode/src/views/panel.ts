// A view beside the text: one panel, nothing loaded from anywhere but the extension, scripts by nonce only.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

import { strings } from "./strings";

export interface Look {
  /** Names the view's script, and the body's class. */
  name: "profile" | "learning";
  title: string;
}

/** Where the last view was opened: the next one joins it there. */
let column: vscode.ViewColumn | undefined;

/** Opens a panel; `receive` is told what it sends. */
export function openPanel<Message>(
  context: vscode.ExtensionContext,
  look: Look,
  receive: (message: Message) => void,
): vscode.WebviewPanel {
  const dist = vscode.Uri.joinPath(context.extensionUri, "dist");
  const panel = vscode.window.createWebviewPanel(
    `aurora.${look.name}`,
    look.title,
    { viewColumn: column ?? vscode.ViewColumn.Beside, preserveFocus: false },
    { enableScripts: true, enableFindWidget: true, localResourceRoots: [dist] },
  );
  panel.webview.html = page(panel.webview, dist, look);
  panel.webview.onDidReceiveMessage(receive);
  column = panel.viewColumn;
  panel.onDidChangeViewState(() => (column = panel.viewColumn));
  panel.onDidDispose(() => (column = undefined));
  return panel;
}

/** Says an error of the server to the person. */
export function said(error: unknown): undefined {
  const message = error instanceof Error ? error.message : String(error);
  void vscode.window.showWarningMessage(vscode.l10n.t("AURORA: {0}", message));
  return undefined;
}

function page(webview: vscode.Webview, dist: vscode.Uri, look: Look): string {
  const nonce = randomBytes(16).toString("base64");
  const of = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  // Inside a script element only `<` could end it.
  const words = JSON.stringify(strings()).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${of("style.css")}">
</head>
<body class="view-${look.name}">
<div id="app"></div>
<div id="said" role="status" aria-live="polite"></div>
<script type="application/json" id="strings" nonce="${nonce}">${words}</script>
<script nonce="${nonce}" src="${of(`${look.name}.js`)}"></script>
</body>
</html>`;
}
