// The recommendations for a column, each with its confidence, its why, and what can be done with it.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { type ColumnAdvice, type Correction, type Recommendation, RecommendationsRequest } from "./protocol";

interface ActionItem extends vscode.QuickPickItem {
  recommendation: Recommendation;
}

/** Shows the advice for one column, chosen by the person unless `column` (from 0) says which. */
export async function showRecommendations(client: LanguageClient, column?: number): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) {
    return;
  }
  const params = { uri: client.code2ProtocolConverter.asUri(uri), ...(column === undefined ? {} : { column }) };
  const all = (await client.sendRequest(RecommendationsRequest, params)) ?? [];
  const advice = column === undefined ? await chooseColumn(all) : all.find((a) => a.column === column);
  if (advice !== undefined) {
    await showColumn(client, params.uri, advice);
  }
}

async function chooseColumn(all: ColumnAdvice[]): Promise<ColumnAdvice | undefined> {
  const items = all.map((advice) => {
    const best = advice.recommendations[0];
    return {
      label: advice.name === "" ? vscode.l10n.t("column {0}", advice.column + 1) : advice.name,
      description: advice.role?.code ?? "",
      detail: best === undefined ? "" : `${best.action} · ${percent(best.confidence)} · ${best.why}`,
      advice,
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Recommendations"),
    placeHolder: vscode.l10n.t("Column"),
    matchOnDetail: true,
  });
  return picked?.advice;
}

/** The list of actions for a column: Enter says "I wanted this", the button "not here". */
async function showColumn(client: LanguageClient, uri: string, advice: ColumnAdvice): Promise<void> {
  const dismiss: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("close"),
    tooltip: vscode.l10n.t("Dismiss for columns like this"),
  };
  const pick = vscode.window.createQuickPick<ActionItem>();
  pick.title = vscode.l10n.t("{0}: what would you do?", advice.name || String(advice.column + 1));
  pick.placeholder = vscode.l10n.t("Enter: this is what I want. The cross: not for columns like this.");
  pick.matchOnDetail = true;
  const fill = (shown: ColumnAdvice) => {
    pick.items = shown.recommendations.map((recommendation) => ({
      label: recommendation.action,
      description: percent(recommendation.confidence),
      detail: recommendation.why,
      buttons: [dismiss],
      recommendation,
    }));
  };
  fill(advice);
  const first = advice.recommendations[0];
  const answer = async (correction: Pick<Correction, "action" | "kind" | "wanted">) => {
    pick.busy = true;
    const full: Correction = { uri, column: advice.column, target: "transform", scope: "alike", ...correction };
    const fresh = await client.sendRequest<ColumnAdvice | null>("workspace/executeCommand", {
      command: "aurora.correct",
      arguments: [full],
    });
    pick.busy = false;
    if (fresh !== null) {
      fill(fresh);
    }
  };
  pick.onDidTriggerItemButton(async ({ item }) => answer({ action: item.recommendation.action, kind: "dismiss" }));
  pick.onDidAccept(async () => {
    const chosen = pick.selectedItems[0]?.recommendation;
    if (chosen === undefined || first === undefined) {
      return;
    }
    await (chosen.action === first.action
      ? answer({ action: chosen.action, kind: "accept" })
      : answer({ action: first.action, kind: "override", wanted: chosen.action }));
    pick.hide();
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
