// The Profile view: the columns at the side, one of them in full.

import { count, fill, h, number, percent } from "./dom";
import type { Advice, Bar, Brief, Detail, FromProfile, Profile, Recommendation, ToProfile, Why } from "./messages";
import { frequencies, histogram, meter, parts, spark, type Target, trend } from "./plots";
import type { Strings } from "../src/views/strings";

declare function acquireVsCodeApi(): {
  postMessage(message: FromProfile): void;
  getState(): State | undefined;
  setState(state: State): void;
};

interface State {
  /** The column shown. */
  column?: number;
  filter?: string;
}

/** Recommendations shown before "more". */
const FEW = 3;
const LEAVE = "leave-as-is";

const code = acquireVsCodeApi();
const words = JSON.parse(document.getElementById("strings")?.textContent ?? "{}") as Strings;
const app = document.getElementById("app") as HTMLElement;
const said = document.getElementById("said") as HTMLElement;

let state: State = code.getState() ?? {};
let file = "";
let profile: Profile | undefined;
let allAdvice = false;
const reasons = new Map<string, Why>();
/** The recommendation whose "Dismiss for" is open. */
let dismissing: string | undefined;

function keep(change: State): void {
  state = { ...state, ...change };
  code.setState(state);
}

function nameOf(column: { name: string; column: number }): string {
  return column.name.trim() === "" ? fill(words.unnamed, column.column + 1) : column.name;
}

function recordsOf(n: number): string {
  return n === 1 ? words.oneRecord : fill(words.records, count(n));
}

// ---- the list of columns

function columnRow(column: Brief, current: boolean): HTMLElement {
  const name = nameOf(column);
  const numeric = column.kind === "integer" || column.kind === "real";
  const label = [name, column.kind, column.role, `${percent(column.nullShare)} ${words.empty}`].join(", ");
  return h(
    "button",
    {
      class: "column",
      role: "option",
      "aria-selected": current ? "true" : "false",
      "aria-label": column.findings > 0 ? `${label}, ${fill(words.findingsOf, column.findings)}` : label,
      tabindex: current ? 0 : -1,
      title: label,
      click: () => choose(column.column),
    },
    h("span", { class: "name" }, name),
    column.findings > 0 && h("span", { class: "badge" }, String(column.findings)),
    h("span", { class: "kind" }, column.kind),
    // Values that all occur once have no picture.
    (numeric || Math.max(...column.spark, 0) > 1) && spark(column.spark, numeric),
  );
}

function choose(column: number): void {
  keep({ column });
  allAdvice = false;
  dismissing = undefined;
  code.postMessage({ type: "column", column });
}

function list(shown: Profile): HTMLElement {
  const wanted = (state.filter ?? "").toLowerCase();
  const columns = shown.columns.filter((column) => nameOf(column).toLowerCase().includes(wanted));
  const current = shown.detail?.column ?? columns[0]?.column;
  const rows = columns.map((column) => columnRow(column, column.column === current));
  const box = h("div", { class: "columns", role: "listbox", "aria-label": words.columns }, ...rows);
  box.addEventListener("keydown", (event) => {
    const at = rows.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = to === undefined ? undefined : rows[to];
    if (row !== undefined) {
      event.preventDefault();
      row.focus();
      row.click();
    }
  });
  const filter = h("input", {
    type: "search",
    placeholder: words.filter,
    "aria-label": words.filter,
    value: state.filter ?? "",
    input: (event) => {
      keep({ filter: (event.target as HTMLInputElement).value });
      box.replaceWith(list(shown).querySelector(".columns") as HTMLElement);
    },
  });
  return h("nav", { class: "side" }, shown.columns.length > 8 && filter, box);
}

// ---- one column

function leadsTo(detail: Detail, label: string, of: Bar): Target {
  return {
    label,
    pick: () => code.postMessage({ type: "records", column: detail.column, of, title: `${nameOf(detail)} · ${label}` }),
  };
}

function section(title: string, help: string | undefined, ...content: (Node | undefined | false)[]): HTMLElement {
  return h("section", {}, h("h2", {}, title, help !== undefined && h("span", { class: "help" }, help)), ...content);
}

function statistics(detail: Detail): HTMLElement {
  const { numbers } = detail;
  const about = detail.isApproximate ? "≈ " : "";
  const rows: [string, string][] = [
    [words.stats.records, count(detail.records)],
    [words.stats.empty, `${count(detail.nulls)} · ${percent(detail.nulls / Math.max(detail.records, 1))}`],
    [words.stats.distinct, about + count(detail.distinct)],
  ];
  if (numbers) {
    rows.push(
      [words.stats.median, number(numbers.quantiles[2] ?? numbers.mean)],
      [words.stats.mean, number(numbers.mean)],
      [words.stats.deviation, number(numbers.deviation)],
      [words.stats.min, number(numbers.min)],
      [words.stats.max, number(numbers.max)],
      [words.stats.skewness, number(Math.round(numbers.skewness * 100) / 100)],
    );
    if (numbers.zeros > 0) {
      rows.push([words.stats.zeros, count(numbers.zeros)]);
    }
  }
  return h("dl", { class: "statistics" }, ...rows.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}

function role(advice: Advice): HTMLElement {
  const all = [{ code: advice.role.code, p: advice.role.p }, ...advice.role.alternatives].filter(
    (one, at, roles) => roles.findIndex((other) => other.code === one.code) === at,
  );
  const box = h(
    "select",
    {
      "aria-label": words.treatAs,
      title: words.treatAs,
      change: (event) => {
        const chosen = (event.target as HTMLSelectElement).value;
        code.postMessage({ type: "role", column: advice.column, was: advice.role.code, role: chosen });
      },
    },
    ...all.map((one) =>
      h("option", { value: one.code, selected: one.code === advice.role.code }, `${one.code} · ${percent(one.p)}`),
    ),
  );
  return box;
}

function fillings(detail: Detail): HTMLElement {
  const filled = detail.records - detail.nulls;
  const kinds = detail.kinds.map(({ kind, n }, at) => ({
    n,
    className: `kind${at % 4}`,
    target: leadsTo(detail, fill(words.barValue, kind, count(n)), { which: "kind", kind }),
  }));
  const none = {
    n: detail.nulls,
    className: "none",
    target: leadsTo(detail, fill(words.barValue, words.empty, count(detail.nulls)), { which: "null" }),
  };
  const spelled = detail.nullTokens.map((token) =>
    token.value === "" ? `${words.nothing} ${count(token.n)}` : `${token.shown} ${count(token.n)}`,
  );
  const legend = [
    ...detail.kinds.map(({ kind, n }, at) => h("span", { class: `key kind${at % 4}` }, `${kind} ${count(n)}`)),
    detail.nulls > 0 && h("span", { class: "key none" }, `${words.empty} ${count(detail.nulls)}`),
  ];
  return section(
    words.filled,
    percent(filled / Math.max(detail.records, 1)),
    parts([...kinds, none], words.filled),
    h("p", { class: "legend" }, ...legend),
    spelled.length > 1 && h("p", { class: "quiet" }, fill(words.spelled, spelled.join(" · "))),
  );
}

function pictures(detail: Detail): HTMLElement[] {
  const { numbers, top, trend: course } = detail;
  const all: HTMLElement[] = [];
  if (numbers && numbers.bins.length > 0) {
    all.push(
      section(
        words.distribution,
        words.distributionHelp,
        histogram(numbers, words.distribution, (bin, from, to, n) =>
          leadsTo(detail, fill(words.barRange, number(from), number(to), count(n)), { which: "bins", first: bin, last: bin }),
        ),
      ),
    );
  }
  const distinct = detail.distinct >= detail.records - detail.nulls;
  if (top.length > 0 && (!numbers || (!distinct && detail.distinct <= 50))) {
    all.push(
      section(
        words.frequent,
        undefined,
        frequencies(top.slice(0, numbers ? 6 : 10), detail.records, words.frequent, (value) =>
          leadsTo(detail, fill(words.barValue, value.shown, count(value.n)), { which: "value", value: value.value }),
        ),
      ),
    );
  }
  all.push(fillings(detail));
  if (course.points.length > 2) {
    all.push(
      section(
        words.course,
        course.of === "median" ? words.courseMedian : words.courseFilled,
        trend(course.points, course.of, words.course, (point) =>
          leadsTo(
            detail,
            fill(words.barRecords, count(point.from + 1), count(point.to), course.of === "median" ? number(point.middle) : percent(point.middle)),
            { which: "records", from: point.from, to: point.to },
          ),
        ),
      ),
    );
  }
  return all;
}

function findings(detail: Detail): HTMLElement | undefined {
  if (detail.findings.length === 0) {
    return undefined;
  }
  const rows = detail.findings.map((finding) =>
    h(
      "li",
      {},
      h(
        "button",
        { class: `finding ${finding.severity}`, click: () => code.postMessage({ type: "place", range: finding.range }) },
        h("span", { class: "code" }, finding.code),
        h("span", {}, finding.message),
      ),
    ),
  );
  return section(words.findings, undefined, h("ul", { class: "plain" }, ...rows));
}

function answers(detail: Detail, recommendation: Recommendation, best: Recommendation): HTMLElement {
  const { column } = detail;
  const { action } = recommendation;
  const button = (text: string, className: string, click: () => void, label?: string) =>
    h("button", { class: className, click, "aria-label": label ?? `${text}: ${action}` }, text);
  const take =
    action === LEAVE
      ? button(words.keep, action === best.action ? "first" : "", () =>
          code.postMessage({ type: "answer", column, action, kind: "accept" }),
        )
      : button(words.accept, action === best.action ? "first" : "", () => code.postMessage({ type: "apply", column, action }));
  const row = h("div", { class: "answers" }, take);
  if (action !== best.action) {
    row.append(
      button(words.wanted, "", () =>
        code.postMessage({ type: "answer", column, action: best.action, kind: "override", wanted: action }),
      ),
    );
  }
  if (dismissing === action) {
    const scopes = [
      ["column", words.forColumn],
      ["alike", words.forAlike],
      ["all", words.forAll],
    ] as const;
    row.append(
      h("span", { class: "quiet" }, words.dismissFor),
      ...scopes.map(([scope, text]) =>
        button(text, "", () => {
          dismissing = undefined;
          code.postMessage({ type: "answer", column, action, kind: "dismiss", scope });
        }),
      ),
    );
  } else {
    row.append(
      button(words.dismiss, "", () => {
        dismissing = action;
        show();
        focusOn(`[data-action="${action}"] .answers .quiet + button`);
      }),
    );
  }
  row.append(
    button(words.why, "link", () => {
      if (reasons.delete(action)) {
        show();
      } else {
        code.postMessage({ type: "why", column, action });
      }
    }),
  );
  return row;
}

function advice(detail: Detail): HTMLElement | undefined {
  const all = detail.advice.recommendations;
  const best = all[0];
  if (best === undefined) {
    return undefined;
  }
  const shown = allAdvice ? all : all.slice(0, FEW);
  const rows = shown.map((recommendation) => {
    const why = reasons.get(recommendation.action);
    const sure = fill(words.sure, percent(recommendation.confidence));
    return h(
      "li",
      { class: recommendation === best ? "best" : "", "data-action": recommendation.action },
      h(
        "div",
        { class: "head" },
        h("span", { class: "action" }, recommendation.action),
        meter(recommendation.confidence, sure),
        h("span", { class: "quiet" }, percent(recommendation.confidence)),
      ),
      h("p", {}, recommendation.why),
      answers(detail, recommendation, best),
      why !== undefined && why.column === detail.column && h("ul", { class: "why" }, ...why.lines.map((line) => h("li", {}, line))),
    );
  });
  const rest = all.length - FEW;
  const more =
    rest > 0 &&
    h(
      "button",
      {
        class: "link",
        "aria-expanded": allAdvice ? "true" : "false",
        click: () => {
          allAdvice = !allAdvice;
          show();
        },
      },
      allAdvice ? words.less : fill(words.more, rest),
    );
  return section(words.advice, words.adviceHelp, h("ul", { class: "plain advice" }, ...rows), more || undefined);
}

function column(detail: Detail): HTMLElement {
  return h(
    "main",
    {},
    h(
      "header",
      {},
      h("h1", {}, nameOf(detail)),
      h("span", { class: "chip" }, detail.kind),
      role(detail.advice),
    ),
    statistics(detail),
    h("div", { class: "sections" }, h("div", { class: "side-a" }, ...pictures(detail)), h("div", { class: "side-b" }, advice(detail), findings(detail))),
  );
}

function focusOn(selector: string): void {
  (app.querySelector(selector) as HTMLElement | null)?.focus();
}

/** What has the keyboard, to give it back after the view was drawn anew. */
function focused(): string | undefined {
  const element = document.activeElement;
  if (element?.classList.contains("column")) {
    return '.column[aria-selected="true"]';
  }
  const row = element?.closest("[data-action]");
  const label = element?.getAttribute("aria-label");
  return row !== null && row !== undefined && label ? `[data-action="${row.getAttribute("data-action")}"] [aria-label="${CSS.escape(label)}"]` : undefined;
}

function show(): void {
  if (profile === undefined) {
    return;
  }
  const place = focused();
  const [top, side] = [document.documentElement.scrollTop, app.querySelector(".columns")?.scrollTop ?? 0];
  const title = h(
    "p",
    { class: "file" },
    h("b", {}, file),
    h("span", { class: "quiet" }, fill(words.columnsOf, recordsOf(profile.records), count(profile.columns.length))),
  );
  const { detail } = profile;
  app.replaceChildren(
    title,
    profile.columns.length === 0
      ? h("p", { class: "quiet" }, words.noColumns)
      : h("div", { class: "panes" }, list(profile), detail ? column(detail) : h("main", {})),
  );
  document.documentElement.scrollTop = top;
  const box = app.querySelector(".columns");
  if (box !== null) {
    box.scrollTop = side;
  }
  if (place !== undefined) {
    focusOn(place);
  }
}

window.addEventListener("message", ({ data }: MessageEvent<ToProfile>) => {
  switch (data.type) {
    case "profile": {
      if (data.profile.detail?.column !== profile?.detail?.column) {
        reasons.clear();
      }
      file = data.file;
      profile = data.profile;
      if (data.profile.detail) {
        keep({ column: data.profile.detail.column });
      }
      show();
      break;
    }
    case "why":
      reasons.set(data.why.action, data.why);
      show();
      break;
    case "said":
      // Spoken by a screen reader, and shown for a while.
      said.textContent = data.text;
      break;
  }
});

code.postMessage({ type: "ready" });
if (state.column !== undefined) {
  code.postMessage({ type: "column", column: state.column });
}
