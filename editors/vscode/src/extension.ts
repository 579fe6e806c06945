// AURORA in VS Code: starts the server, shows what it says, hands on what the person chooses.

import * as vscode from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";

import { registerClientCommands } from "./clientCommands";
import { goToColumn } from "./columns";
import { type DoneByHand, DoneByHandNotification, StatusNotification } from "./protocol";
import { writeRecipe } from "./recipe";
import { showRecommendations } from "./recommendations";
import { reinterpret } from "./reinterpret";
import { LANGUAGES, createClient, program, stopClient } from "./server";
import { StatusBar } from "./status";
import { registerTeamCommands } from "./team";
import { LearningView } from "./views/learningView";
import { ProfileView } from "./views/profileView";

let client: LanguageClient | undefined;

/** Nothing is learned of what was done by hand until the person says so. */
async function offerToKeep(done: DoneByHand): Promise<void> {
  const keep = vscode.l10n.t("Keep");
  if ((await vscode.window.showInformationMessage(done.title, keep)) === keep) {
    await vscode.commands.executeCommand(done.command, ...done.arguments);
  }
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("AURORA", { log: true });
  const status = new StatusBar();
  const profileView = new ProfileView(context, () => client, isOurs);
  const learningView = new LearningView(context, () => client, () => inTerminal(context, ["privacy", "prove"]));
  /** Starts and stops come one after the other, however often they are asked for. */
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => (turn = turn.then(work, work));

  const start = async () => {
    try {
      const created = await createClient(context, output);
      client = created;
      created.onDidChangeState(({ newState }) => status.setRunning(newState === State.Running));
      created.onNotification(StatusNotification, (message) => {
        status.update(message);
        profileView.changed(vscode.Uri.parse(message.uri));
        learningView.changed();
      });
      created.onNotification(DoneByHandNotification, (done) => void offerToKeep(done));
      await created.start();
    } catch (error) {
      status.setRunning(false);
      const message = error instanceof Error ? error.message : String(error);
      output.error(message);
      void offerHelp(message);
    }
  };
  const offerHelp = async (message: string) => {
    const showLog = vscode.l10n.t("Show Log");
    const settings = vscode.l10n.t("Open Settings");
    const chosen = await vscode.window.showErrorMessage(
      vscode.l10n.t("AURORA's server could not be started: {0}", message),
      showLog,
      settings,
    );
    if (chosen === showLog) {
      output.show();
    } else if (chosen === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "aurora.server.path");
    }
  };
  const restart = () =>
    inTurn(async () => {
      await stopClient(client);
      await start();
    });
  /** Runs `command` with the running client, or says that there is none. */
  const withClient = (command: (running: LanguageClient) => Promise<void>) => async () => {
    if (client === undefined || client.state !== State.Running) {
      void vscode.window.showInformationMessage(vscode.l10n.t("AURORA's server does not run yet."));
      return;
    }
    await command(client);
  };

  context.subscriptions.push(
    output,
    status,
    registerTeamCommands(withClient),
    registerClientCommands(() => client, (document, column) => profileView.open(document, column)),
    vscode.commands.registerCommand("aurora.restartServer", restart),
    vscode.commands.registerCommand("aurora.showOutput", () => output.show()),
    vscode.commands.registerCommand("aurora.goToColumn", goToColumn),
    vscode.commands.registerCommand("aurora.reinterpret", withClient(reinterpret)),
    vscode.commands.registerCommand(
      "aurora.showRecommendations",
      withClient((running) => showRecommendations(running)),
    ),
    vscode.commands.registerCommand("aurora.writeRecipe", withClient(writeRecipe)),
    vscode.commands.registerCommand("aurora.showMenu", showMenu),
    vscode.commands.registerCommand("aurora.showProfile", withDocument((document) => profileView.open(document))),
    vscode.commands.registerCommand("aurora.showLearning", () =>
      learningView.open(vscode.window.activeTextEditor?.document.uri),
    ),
    vscode.commands.registerCommand("aurora.alignColumns", withClient((running) => layOut(running, "aligned"))),
    vscode.commands.registerCommand("aurora.compactColumns", withClient((running) => layOut(running, "compact"))),
    vscode.commands.registerCommand("aurora.checkInTerminal", (uri: vscode.Uri) =>
      inTerminal(context, ["check", uri.fsPath]),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      // What the server is told once, when it starts.
      const once = ["server.path", "store.path", "hints", "rainbow"];
      if (once.some((key) => event.affectsConfiguration(`aurora.${key}`))) {
        void restart();
      }
    }),
  );
  await inTurn(start);
}

export async function deactivate(): Promise<void> {
  await stopClient(client);
}

/** Whether a document is a table to the server. */
function isOurs(document: vscode.TextDocument): boolean {
  return LANGUAGES.includes(document.languageId) && ["file", "untitled"].includes(document.uri.scheme);
}

/** Runs `command` on the table in front, if there is one. */
function withDocument(command: (document: vscode.Uri) => void): () => void {
  return () => {
    const document = vscode.window.activeTextEditor?.document;
    if (document !== undefined && isOurs(document)) {
      command(document.uri);
    } else {
      void vscode.window.showInformationMessage(vscode.l10n.t("Open a CSV file first."));
    }
  };
}

/** Lays out the columns of the table in front. */
async function layOut(running: LanguageClient, layout: "aligned" | "compact"): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !isOurs(document)) {
    return;
  }
  const uri = running.code2ProtocolConverter.asUri(document.uri);
  await running.sendRequest("workspace/executeCommand", { command: "aurora.layout", arguments: [{ uri, layout }] });
}

/** Runs the server's program as a command line tool, where the person sees it. As a task: a plain terminal would close
 * with the program, and take what it said along. */
async function inTerminal(context: vscode.ExtensionContext, args: string[]): Promise<void> {
  const title = `aurora ${args[0]}`;
  const command = new vscode.ProcessExecution(await program(context), args);
  const task = new vscode.Task({ type: "aurora" }, vscode.TaskScope.Workspace, title, "AURORA", command, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  await vscode.tasks.executeTask(task);
}

/** What a click on the status bar item offers. */
async function showMenu(): Promise<void> {
  const items = [
    { label: vscode.l10n.t("$(graph) Profile of the columns"), command: "aurora.showProfile" },
    { label: vscode.l10n.t("$(lightbulb) Recommendations for a column"), command: "aurora.showRecommendations" },
    { label: vscode.l10n.t("$(arrow-right) Go to column…"), command: "aurora.goToColumn" },
    { label: vscode.l10n.t("$(warning) Findings"), command: "workbench.actions.view.problems" },
    { label: vscode.l10n.t("$(list-ordered) Write what was done as a recipe…"), command: "aurora.writeRecipe" },
    { label: vscode.l10n.t("How it is read"), kind: vscode.QuickPickItemKind.Separator, command: "" },
    { label: vscode.l10n.t("$(split-horizontal) Read with another delimiter…"), command: "aurora.reinterpret" },
    {
      label: vscode.l10n.t("$(file-binary) Reopen or save with another encoding…"),
      command: "workbench.action.editor.changeEncoding",
    },
    { label: vscode.l10n.t("$(newline) Change the line ends…"), command: "workbench.action.editor.changeEOL" },
    { label: vscode.l10n.t("How it is laid out"), kind: vscode.QuickPickItemKind.Separator, command: "" },
    { label: vscode.l10n.t("$(list-flat) Align the columns"), command: "aurora.alignColumns" },
    { label: vscode.l10n.t("$(fold) Take the blanks away again"), command: "aurora.compactColumns" },
    { label: vscode.l10n.t("Team"), kind: vscode.QuickPickItemKind.Separator, command: "" },
    { label: vscode.l10n.t("$(organization) Team status"), command: "aurora.teamStatus" },
    { label: vscode.l10n.t("$(eye) Preview what I share"), command: "aurora.previewTeam" },
    { label: vscode.l10n.t("AURORA"), kind: vscode.QuickPickItemKind.Separator, command: "" },
    { label: vscode.l10n.t("$(mortar-board) What was learned, what is kept"), command: "aurora.showLearning" },
    { label: vscode.l10n.t("$(debug-restart) Restart the server"), command: "aurora.restartServer" },
    { label: vscode.l10n.t("$(output) Show the log"), command: "aurora.showOutput" },
  ];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("AURORA: this file") });
  if (picked !== undefined) {
    await vscode.commands.executeCommand(picked.command);
  }
}
