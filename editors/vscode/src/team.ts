// A team: join its hub, see what would be shared, share it, leave again. What is sent is decided by the server; here
// questions are asked and pages shown.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import type { TeamPreview, TeamStatus } from "./protocol";

/** Pages that belong to no file and cannot be written to. */
const SCHEME = "aurora-team";

class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly texts = new Map<string, string>();

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}.txt` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Runs a command of the server; what it refuses is said to the person, and gives nothing. */
async function ask<T>(client: LanguageClient, verb: string, argument: object = {}): Promise<T | undefined> {
  try {
    const command = `aurora.team.${verb}`;
    return await client.sendRequest<T>("workspace/executeCommand", { command, arguments: [argument] });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t("AURORA: {0}", message));
    return undefined;
  }
}

/** As {@link ask}, with a sign that the hub is being waited for. */
function waiting<T>(title: string, work: () => Thenable<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, work);
}

/** The domains, in the person's language; the words are the server's. */
function domains(words: string[]): (vscode.QuickPickItem & { word: string })[] {
  const names: Record<string, string> = {
    other: vscode.l10n.t("Something else"),
    finance: vscode.l10n.t("Finance"),
    sales: vscode.l10n.t("Sales"),
    health: vscode.l10n.t("Health"),
    science: vscode.l10n.t("Science"),
    public: vscode.l10n.t("Public administration"),
    engineering: vscode.l10n.t("Engineering"),
    people: vscode.l10n.t("People and staff"),
    logistics: vscode.l10n.t("Logistics"),
    energy: vscode.l10n.t("Energy"),
    education: vscode.l10n.t("Education"),
    media: vscode.l10n.t("Media"),
  };
  return words.map((word) => ({ label: names[word] ?? word, description: word, word }));
}

async function join(client: LanguageClient): Promise<void> {
  const status = await ask<TeamStatus>(client, "status");
  if (status === undefined) {
    return;
  }
  if (status.joined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("You are in the team at {0} already; leave it first.", status.url ?? ""),
    );
    return;
  }
  const title = vscode.l10n.t("Join a Team");
  const url = await vscode.window.showInputBox({
    title: `${title} (1/4)`,
    prompt: vscode.l10n.t("The address of the hub, as the team's admin gave it to you"),
    placeHolder: "https://hub.example.org",
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^https?:\/\/\S+$/.test(text.trim()) ? undefined : vscode.l10n.t("It begins with https://"),
  });
  if (url === undefined) {
    return;
  }
  const code = await vscode.window.showInputBox({
    title: `${title} (2/4)`,
    prompt: vscode.l10n.t("The code that the admin gave you; it works once"),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? vscode.l10n.t("The code is missing") : undefined),
  });
  if (code === undefined) {
    return;
  }
  const domain = await vscode.window.showQuickPick(domains(status.domains ?? []), {
    title: `${title} (3/4)`,
    placeHolder: vscode.l10n.t("What kind of data do you work on?"),
    ignoreFocusOut: true,
  });
  if (domain === undefined) {
    return;
  }
  const share = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t("Only when I publish"),
        detail: vscode.l10n.t("Nothing is sent by itself; you see every byte beforehand."),
        on: false,
      },
      {
        label: vscode.l10n.t("In the background, once a day"),
        detail: vscode.l10n.t("The same bytes as the preview shows, without asking."),
        on: true,
      },
    ],
    { title: `${title} (4/4)`, placeHolder: vscode.l10n.t("When do you share your votes?"), ignoreFocusOut: true },
  );
  if (share === undefined) {
    return;
  }
  const argument = { url: url.trim(), code: code.trim(), domain: domain.word, share: share.on };
  const joined = await waiting(vscode.l10n.t("AURORA: joining the team"), () =>
    ask<TeamStatus>(client, "join", argument),
  );
  if (joined !== undefined) {
    const preview = vscode.l10n.t("Preview What I Share");
    const message = vscode.l10n.t("You are in the team at {0}.", joined.url ?? "");
    if ((await vscode.window.showInformationMessage(message, preview)) === preview) {
      await vscode.commands.executeCommand("aurora.previewTeam");
    }
  }
}

async function publish(client: LanguageClient, pages: Pages): Promise<void> {
  const preview = await ask<TeamPreview>(client, "preview");
  if (preview === undefined) {
    return;
  }
  const n = preview.sentences.length;
  const title = vscode.l10n.t("What I share");
  if (n === 0) {
    await pages.show(title, preview.text);
    return;
  }
  const send = vscode.l10n.t("Send");
  const look = vscode.l10n.t("Look First");
  const question =
    n === 1
      ? vscode.l10n.t("Send 1 vote to {0}?", preview.url)
      : vscode.l10n.t("Send {0} votes to {1}?", n, preview.url);
  const detail = preview.sentences.slice(0, 10).join("\n");
  const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, send, look);
  if (chosen === look) {
    await pages.show(title, preview.text);
  } else if (chosen === send) {
    const sent = await waiting(vscode.l10n.t("AURORA: sending your votes"), () =>
      ask<{ text: string }>(client, "publish", { digest: preview.digest }),
    );
    if (sent !== undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t("AURORA: {0}", sent.text));
    }
  }
}

async function leave(client: LanguageClient): Promise<void> {
  const status = await ask<TeamStatus>(client, "status");
  if (status === undefined || !status.joined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("You are in no team."));
    return;
  }
  const yes = vscode.l10n.t("Leave");
  const here = vscode.l10n.t("Leave Here Only");
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("Leave the team at {0}?", status.url ?? ""),
    {
      modal: true,
      detail: vscode.l10n.t(
        "Your votes are deleted at the hub, and the cards here. \"Leave Here Only\" is for a hub that is gone: votes that it has stay there.",
      ),
    },
    yes,
    here,
  );
  if (chosen === undefined) {
    return;
  }
  const left = await waiting(vscode.l10n.t("AURORA: leaving the team"), () =>
    ask<{ text: string }>(client, "leave", { local: chosen === here }),
  );
  if (left !== undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("AURORA: {0}", left.text));
  }
}

async function pull(client: LanguageClient): Promise<void> {
  const pulled = await waiting(vscode.l10n.t("AURORA: fetching the team's cards"), () =>
    ask<{ text: string }>(client, "pull"),
  );
  if (pulled !== undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("AURORA: {0}", pulled.text));
  }
}

async function status(client: LanguageClient, pages: Pages): Promise<void> {
  const now = await ask<TeamStatus>(client, "status");
  if (now === undefined) {
    return;
  }
  if (now.joined) {
    await pages.show(vscode.l10n.t("Team"), now.text ?? "");
    return;
  }
  const title = vscode.l10n.t("Join a Team");
  const message = vscode.l10n.t("You are in no team. Nothing is shared.");
  if ((await vscode.window.showInformationMessage(message, title)) === title) {
    await join(client);
  }
}

/** Registers the commands of a team. `withClient` runs what needs the server. */
export function registerTeamCommands(
  withClient: (command: (running: LanguageClient) => Promise<void>) => () => Promise<void>,
): vscode.Disposable {
  const pages = new Pages();
  const preview = async (client: LanguageClient) => {
    const shown = await ask<TeamPreview>(client, "preview");
    if (shown !== undefined) {
      await pages.show(vscode.l10n.t("What I share"), shown.text);
    }
  };
  return vscode.Disposable.from(
    pages,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, pages),
    vscode.commands.registerCommand("aurora.joinTeam", withClient(join)),
    vscode.commands.registerCommand("aurora.previewTeam", withClient(preview)),
    vscode.commands.registerCommand("aurora.publishTeam", withClient((client) => publish(client, pages))),
    vscode.commands.registerCommand("aurora.pullTeam", withClient(pull)),
    vscode.commands.registerCommand("aurora.leaveTeam", withClient(leave)),
    vscode.commands.registerCommand("aurora.teamStatus", withClient((client) => status(client, pages))),
  );
}
