// What the extension and its views say to each other. Plain data: no view reads a file or asks the server itself.

/** A column in the overview. */
export interface Brief {
  column: number;
  name: string;
  kind: string;
  role: string;
  nullShare: number;
  distinct: number;
  findings: number;
  spark: number[];
}

export interface Counted {
  value: string;
  shown: string;
  n: number;
}

export interface Point {
  from: number;
  to: number;
  low: number;
  middle: number;
  high: number;
}

export interface Finding {
  code: string;
  severity: "error" | "warning" | "information" | "hint" | "advice";
  message: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

export interface Recommendation {
  action: string;
  confidence: number;
  class: string;
  findings: string[];
  why: string;
}

export interface Advice {
  column: number;
  name: string;
  role: { code: string; p: number; alternatives: { code: string; p: number }[] };
  recommendations: Recommendation[];
}

/** Everything shown of one column. */
export interface Detail {
  column: number;
  name: string;
  kind: string;
  records: number;
  nulls: number;
  distinct: number;
  isApproximate: boolean;
  kinds: { kind: string; n: number }[];
  nullTokens: Counted[];
  top: Counted[];
  numbers?: {
    min: number;
    max: number;
    mean: number;
    deviation: number;
    skewness: number;
    quantiles: number[];
    zeros: number;
    negative: number;
    bins: number[];
  } | null;
  trend: { of: "median" | "filled"; points: Point[] };
  findings: Finding[];
  advice: Advice;
}

export interface Profile {
  version: number;
  records: number;
  columns: Brief[];
  detail?: Detail | null;
}

/** What a bar stands for: the parameter `of` of `aurora/records`. */
export type Bar =
  | { which: "value"; value: string }
  | { which: "bins"; first: number; last: number }
  | { which: "null" }
  | { which: "kind"; kind: string }
  | { which: "records"; from: number; to: number };

/** Where a recommendation comes from. */
export interface Why {
  column: number;
  action: string;
  lines: string[];
  summary: string;
}

export type ToProfile =
  | { type: "profile"; file: string; profile: Profile }
  | { type: "why"; why: Why }
  | { type: "said"; text: string };

export type FromProfile =
  | { type: "ready" }
  | { type: "column"; column: number }
  | { type: "records"; column: number; of: Bar; title: string }
  | { type: "place"; range: Finding["range"] }
  | { type: "apply"; column: number; action: string }
  | { type: "answer"; column: number; action: string; kind: "accept" | "dismiss" | "override"; wanted?: string; scope?: "column" | "alike" | "all" }
  | { type: "role"; column: number; was: string; role: string }
  | { type: "why"; column: number; action: string };

export interface Rule {
  id: number;
  tier: string;
  text: string;
  columns: string;
  action: string;
  accepted: number;
  answered: number;
  confidence: number;
  lower: number;
  here: boolean;
  disabled: boolean;
  imported: boolean;
  first: string;
  last: string;
  history: { day: string; from: string; to: string }[];
}

export interface Rules {
  status: string;
  answers: number;
  learned: number;
  rules: Rule[];
  curve: { day: string; here: boolean; answered: number; accepted: number; brier: number }[];
  /** What the team holds; absent without its cards. */
  team?: { notice: string; cards: string[] };
}

export interface Ledger {
  status: string;
  cap: number;
  files: {
    tag: string;
    here: boolean;
    used: number;
    cap: number;
    columns: { column: number; name?: string | null; epsilon: number; day: string; buckets?: string | null }[];
  }[];
  nAnswers: number;
  answers: {
    day: string;
    column?: number | null;
    here: boolean;
    named: string;
    about: string;
    asked: string;
    kind: string;
    wanted?: string | null;
  }[];
  notClaimed: string[];
}

export type ToLearning = { type: "learning"; file?: string | undefined; rules: Rules | null; ledger: Ledger | null };

export type FromLearning =
  | { type: "ready" }
  | { type: "rule"; rule: number; verb: "disable" | "enable" | "forget" }
  | { type: "forgetFile" }
  | { type: "prove" };
