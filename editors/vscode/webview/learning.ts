// The Learning view: how well it does, the rules with their evidence, and what is kept.

import { count, fill, h, percent } from "./dom";
import type { FromLearning, Ledger, Rule, Rules, ToLearning } from "./messages";
import { curve, meter } from "./plots";
import type { Strings } from "../src/views/strings";

declare function acquireVsCodeApi(): { postMessage(message: FromLearning): void };

const code = acquireVsCodeApi();
const words = JSON.parse(document.getElementById("strings")?.textContent ?? "{}") as Strings;
const app = document.getElementById("app") as HTMLElement;

let now: ToLearning | undefined;
/** What "Forget" was pressed for and is not confirmed: a rule's number, or the file. */
let asking: number | "file" | undefined;
const open = new Set<string>();

function section(title: string, help: string | undefined, ...content: (Node | undefined | false)[]): HTMLElement {
  return h("section", {}, h("h2", {}, title, help !== undefined && h("span", { class: "help" }, help)), ...content);
}

function button(text: string, click: () => void, className = "", label?: string): HTMLElement {
  return h("button", { class: className, click, "aria-label": label }, text);
}

/** A part that can be unfolded, and stays so when the view is drawn anew. */
function folded(key: string, title: string, ...content: (Node | false)[]): HTMLElement {
  return h(
    "details",
    {
      open: open.has(key),
      toggle: (event) => ((event.target as HTMLDetailsElement).open ? open.add(key) : open.delete(key)),
    },
    h("summary", {}, title),
    ...content,
  );
}

function forget(what: number | "file", done: () => void): Node[] {
  if (asking !== what) {
    const ask = button(what === "file" ? words.forgetFile : words.forget, () => {
      asking = what;
      show();
      (app.querySelector(".sure") as HTMLElement | null)?.focus();
    });
    return [ask];
  }
  const end = (work?: () => void) => () => {
    asking = undefined;
    work?.();
    show();
  };
  return [
    h("span", { class: "quiet" }, words.forgetSure),
    button(words.yes, end(done), "sure first"),
    button(words.no, end()),
  ];
}

function rule(one: Rule): HTMLElement {
  const sure = fill(words.confidence, percent(one.confidence), percent(one.lower));
  const evidence =
    one.answered === 0 ? words.imported : fill(words.evidence, one.accepted, one.answered, one.first, one.last);
  const verb = one.disabled ? "enable" : "disable";
  return h(
    "li",
    { class: one.disabled ? "card is-off" : "card", "data-rule": one.id },
    h(
      "div",
      { class: "head" },
      h("span", { class: "action" }, one.action),
      h("span", { class: `chip ${one.tier}` }, one.disabled ? words.off : one.tier),
      !one.here && h("span", { class: "chip" }, words.elsewhere),
      h("span", { class: "number" }, `#${one.id}`),
    ),
    h("p", {}, one.columns),
    h(
      "p",
      { class: "evidence" },
      one.answered > 0 && meter(one.confidence, sure, one.lower),
      one.answered > 0 && h("span", {}, sure),
      h("span", { class: "quiet" }, evidence),
    ),
    one.history.length > 0 &&
      folded(
        `rule${one.id}`,
        words.history,
        h("ul", { class: "why" }, ...one.history.map((change) => h("li", {}, fill(words.became, change.day, change.from, change.to)))),
      ),
    h(
      "div",
      { class: "answers" },
      button(one.disabled ? words.switchOn : words.switchOff, () => code.postMessage({ type: "rule", rule: one.id, verb })),
      ...forget(one.id, () => code.postMessage({ type: "rule", rule: one.id, verb: "forget" })),
    ),
  );
}

function learned(rules: Rules): (HTMLElement | undefined)[] {
  const days = new Map<string, { day: string; answered: number; accepted: number }>();
  for (const one of rules.curve) {
    const day = days.get(one.day) ?? { day: one.day, answered: 0, accepted: 0 };
    days.set(one.day, { ...day, answered: day.answered + one.answered, accepted: day.accepted + one.accepted });
  }
  const said = (day: { day: string; answered: number; accepted: number }) =>
    fill(words.day, day.day, day.accepted, day.answered);
  return [
    days.size > 0 ? section(words.howWell, words.howWellHelp, curve([...days.values()], words.howWell, said)) : undefined,
    section(
      words.rules,
      undefined,
      rules.rules.length === 0
        ? h("p", { class: "quiet" }, words.nothingLearned)
        : h("ul", { class: "plain cards" }, ...rules.rules.map(rule)),
    ),
    rules.team === undefined
      ? undefined
      : section(
          words.team,
          words.teamHelp,
          h("ul", { class: "why team" }, ...rules.team.cards.map((card) => h("li", {}, card))),
          h("p", { class: "quiet" }, rules.team.notice),
        ),
  ];
}

function ledger(kept: Ledger): HTMLElement {
  const epsilon = (x: number) => x.toFixed(3).replace(/0+$/, "").replace(/\.$/, "");
  const card = (file: Ledger["files"][number]) =>
    h(
      "li",
      { class: "card" },
      h(
        "div",
        { class: "head" },
        h("span", { class: "action" }, file.here ? (now?.file ?? words.thisFile) : fill(words.otherFile, file.tag)),
        meter(file.used / file.cap, fill(words.budget, epsilon(file.used), epsilon(file.cap))),
        h("span", { class: "quiet" }, fill(words.budget, epsilon(file.used), epsilon(file.cap))),
      ),
      file.columns.length > 0 && h(
        "ul",
        { class: "why" },
        ...file.columns.map((column) =>
          h(
            "li",
            {},
            fill(
              words.buckets,
              column.name ?? fill(words.unnamed, column.column + 1),
              column.buckets ?? words.forgotten,
              epsilon(column.epsilon),
              column.day,
            ),
          ),
        ),
      ),
      file.here && h("div", { class: "answers" }, ...forget("file", () => code.postMessage({ type: "forgetFile" }))),
    );
  const here = kept.files.filter((file) => file.here);
  const others = kept.files.filter((file) => !file.here);
  const answers = kept.answers.map((one) =>
    h(
      "tr",
      {},
      h("td", {}, one.day),
      h("td", {}, one.named),
      h("td", {}, one.about),
      h("td", {}, one.asked),
      h("td", {}, one.wanted ? `${one.kind}, ${fill(words.instead, one.wanted)}` : one.kind),
    ),
  );
  return section(
    words.kept,
    kept.status,
    kept.files.length === 0 && h("p", { class: "quiet" }, words.keptNothing),
    here.length > 0 && h("ul", { class: "plain cards" }, ...here.map(card)),
    others.length > 0 &&
      folded("files", fill(words.otherFiles, count(others.length)), h("ul", { class: "plain cards" }, ...others.map(card))),
    folded("answers", fill(words.answers, count(kept.nAnswers)), h("table", {}, ...answers)),
    folded("claims", words.notClaimed, h("ul", { class: "why" }, ...kept.notClaimed.map((line) => h("li", {}, line)))),
    h("p", { class: "answers" }, button(words.prove, () => code.postMessage({ type: "prove" }))),
  );
}

function show(): void {
  if (now === undefined) {
    return;
  }
  const { rules, ledger: kept } = now;
  const top = document.documentElement.scrollTop;
  app.replaceChildren(
    h("h1", {}, rules && rules.answers > 0 ? fill(words.learned, count(rules.learned), count(rules.answers)) : words.learnedTitle),
    ...(rules ? learned(rules).filter((part) => part !== undefined) : []),
    ...(kept ? [ledger(kept)] : []),
  );
  document.documentElement.scrollTop = top;
}

window.addEventListener("message", ({ data }: MessageEvent<ToLearning>) => {
  now = data;
  show();
});
code.postMessage({ type: "ready" });
