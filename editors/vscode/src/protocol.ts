// What AURORA's server says beyond the standard protocol. No analysis happens on this side.

import { NotificationType, RequestType } from "vscode-languageclient/node";

import type { Bar, Finding, Ledger, Profile, Rules } from "../webview/messages";

/** How a document is read and what is known of it; sent by the server whenever that changes. */
export interface Status {
  uri: string;
  /** As a person says it: "comma". */
  dialect?: string;
  encoding?: string | null;
  /** Data records. */
  records?: number | null;
  columns?: number | null;
  findings?: number | null;
  /**
   * "complete"; "in progress" while the newest text is read, and what is said is carried on from the one before;
   * "stopped" when the person stopped the reading; "failed".
   */
  coverage?: string;
  /** Active and trusted rules. */
  rules?: number | null;
  /** What a person should know, such as "learning not saved". */
  notice?: string | null;
  /** The team that was joined; absent without one. */
  team?: { host: string; domain: string; cards: number; shares: boolean } | null;
}

export const StatusNotification = new NotificationType<Status>("aurora/status");

/** What a person did by hand is what a transform does; the command keeps that as a preference. */
export interface DoneByHand {
  uri: string;
  title: string;
  command: string;
  arguments: unknown[];
}

export const DoneByHandNotification = new NotificationType<DoneByHand>("aurora/doneByHand");

/** An action considered for a column. */
export interface Recommendation {
  action: string;
  /** 0 to 1. */
  confidence: number;
  class: string;
  findings: string[];
  why: string;
}

/** What the server advises for one column. */
export interface ColumnAdvice {
  /** From 0. */
  column: number;
  name: string;
  role?: { code: string; p: number };
  recommendations: Recommendation[];
}

export const RecommendationsRequest = new RequestType<
  { uri: string; column?: number },
  ColumnAdvice[] | null,
  void
>("aurora/recommendations");

/** What the columns hold; one of them in full. */
export const ProfileRequest = new RequestType<{ uri: string; column?: number }, Profile | null, void>("aurora/profile");

/** The records behind a bar: how many, and where the first few stand. */
export const RecordsRequest = new RequestType<
  { uri: string; column: number; of: Bar },
  { n: number; records: { record: number; range: Finding["range"] }[] } | null,
  void
>("aurora/records");

/** What was learned; the document says which project is this one. */
export const RulesRequest = new RequestType<{ uri?: string }, Rules | null, void>("aurora/rules");

/** Switches a rule off or on, or forgets it. */
export const RuleRequest = new RequestType<
  { uri?: string; rule: number; verb: "disable" | "enable" | "forget" },
  Rules,
  void
>("aurora/rule");

/** What is kept. */
export const PrivacyRequest = new RequestType<{ uri?: string }, Ledger | null, void>("aurora/privacy");

/** Forgets what is kept about a file. */
export const ForgetRequest = new RequestType<{ uri: string }, Ledger | null, void>("aurora/forget");

/** What a person did with a recommendation: the argument of the command `aurora.correct`. */
export interface Correction {
  uri: string;
  column: number;
  target: "role" | "transform" | "check" | "value";
  action: string;
  kind: "accept" | "dismiss" | "override" | "undo" | "manual";
  wanted?: string;
  record?: number;
  scope?: "column" | "alike" | "all";
}

/** Answer of the command `aurora.team.status`. */
export interface TeamStatus {
  joined: boolean;
  url?: string;
  /** All there is to say, in words. */
  text?: string;
  /** What one may join for, when one has not. */
  domains?: string[];
}

/** Answer of the command `aurora.team.preview`. */
export interface TeamPreview {
  url: string;
  /** The exact bytes and the sentences, in words. */
  text: string;
  sentences: string[];
  /** Stands for just these bytes. */
  digest: string;
}

/** The commands that this client carries out for the server; named in `initializationOptions.clientCommands`. */
export const CLIENT_COMMANDS = {
  setLineEnd: "aurora.client.setLineEnd",
  saveWithEncoding: "aurora.client.saveWithEncoding",
  reopenWithEncoding: "aurora.client.reopenWithEncoding",
  openProfile: "aurora.client.openProfile",
  showWhy: "aurora.client.showWhy",
  choose: "aurora.client.choose",
} as const;
