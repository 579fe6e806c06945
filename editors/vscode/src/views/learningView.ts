// The Learning view: what was learned, how well it does, what is kept.

import { basename } from "node:path";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import type { FromLearning, ToLearning } from "../../webview/messages";
import { ForgetRequest, PrivacyRequest, RuleRequest, RulesRequest } from "../protocol";
import { openPanel, said } from "./panel";

export class LearningView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  /** The file whose project is "this project". */
  private document: vscode.Uri | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly client: () => LanguageClient | undefined,
    private readonly prove: () => Promise<void>,
  ) {
    context.subscriptions.push(this);
  }

  /** Shows the view. */
  open(document: vscode.Uri | undefined): void {
    this.document = document ?? this.document;
    if (this.panel === undefined) {
      const title = vscode.l10n.t("AURORA: what was learned");
      this.panel = openPanel<FromLearning>(this.context, { name: "learning", title }, (message) => void this.receive(message));
      this.panel.onDidDispose(() => (this.panel = undefined));
    } else {
      this.panel.reveal(undefined, true);
      void this.show();
    }
  }

  /** An answer was given somewhere. */
  changed(): void {
    if (this.panel?.visible === true) {
      void this.show();
    }
  }

  private async show(): Promise<void> {
    const client = this.client();
    if (client === undefined) {
      return;
    }
    const params = this.document === undefined ? {} : { uri: client.code2ProtocolConverter.asUri(this.document) };
    try {
      const [rules, ledger] = await Promise.all([
        client.sendRequest(RulesRequest, params),
        client.sendRequest(PrivacyRequest, params),
      ]);
      const file = this.document === undefined ? undefined : basename(this.document.path);
      const message: ToLearning = { type: "learning", file, rules, ledger };
      await this.panel?.webview.postMessage(message);
    } catch (error) {
      said(error);
    }
  }

  private async receive(message: FromLearning): Promise<void> {
    const client = this.client();
    if (client === undefined) {
      return;
    }
    const uri = this.document === undefined ? undefined : client.code2ProtocolConverter.asUri(this.document);
    switch (message.type) {
      case "ready":
        break;
      case "rule":
        await client
          .sendRequest(RuleRequest, { rule: message.rule, verb: message.verb, ...(uri ? { uri } : {}) })
          .catch(said);
        break;
      case "forgetFile":
        if (uri !== undefined) {
          await client.sendRequest(ForgetRequest, { uri }).catch(said);
        }
        break;
      case "prove":
        await this.prove();
        return;
    }
    await this.show();
  }

  dispose(): void {
    this.panel?.dispose();
  }
}
