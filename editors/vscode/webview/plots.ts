// The pictures: drawn as SVG by hand, in the theme's colours. Every bar can be reached by keyboard and says what it is.

import { count, drawn, h, number, percent, s } from "./dom";
import type { Counted, Detail, Point } from "./messages";

/** A bar that leads somewhere. */
export interface Target {
  label: string;
  pick: () => void;
}

const AXIS = 18;

/** Round steps that divide the way from `low` to `high` into about `n` parts. */
export function ticks(low: number, high: number, n: number): number[] {
  const raw = (high - low) / Math.max(n, 1);
  if (!(raw > 0) || !Number.isFinite(raw)) {
    return [low];
  }
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? raw;
  const all: number[] = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-9; at += step) {
    all.push(Math.abs(at) < step * 1e-9 ? 0 : at);
  }
  return all;
}

/** One stop of the tabulator for all bars of a picture; arrows move among them, Enter and Space follow. */
function roving(bars: SVGElement[]): void {
  bars.forEach((bar, at) => {
    bar.setAttribute("tabindex", at === 0 ? "0" : "-1");
    bar.addEventListener("keydown", (event) => {
      const moves: Record<string, number> = {
        ArrowRight: at + 1,
        ArrowDown: at + 1,
        ArrowLeft: at - 1,
        ArrowUp: at - 1,
        Home: 0,
        End: bars.length - 1,
      };
      const to = bars[moves[event.key] ?? -1];
      if (to !== undefined) {
        event.preventDefault();
        bar.setAttribute("tabindex", "-1");
        to.setAttribute("tabindex", "0");
        to.focus();
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        bar.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      }
    });
  });
}

function bar(target: Target, ...shapes: SVGElement[]): SVGGElement {
  return s(
    "g",
    { class: "bar", role: "button", "aria-label": target.label, click: target.pick },
    s("title", {}, target.label),
    ...shapes,
  );
}

function axis(low: number, high: number, x: (value: number) => number, y: number, width: number): SVGElement[] {
  const marks = ticks(low, high, Math.max(2, Math.floor(width / 90)));
  return marks.flatMap((value) => {
    const at = x(value);
    const anchor = at < 14 ? "start" : at > width - 14 ? "end" : "middle";
    return [
      s("line", { class: "tick", x1: at, x2: at, y1: y, y2: y + 4 }),
      s("text", { class: "axis", x: at, y: y + 15, "text-anchor": anchor }, number(value)),
    ];
  });
}

/** Equal intervals of the numbers, with the median and the middle half under them. */
export function histogram(
  numbers: NonNullable<Detail["numbers"]>,
  label: string,
  target: (bin: number, from: number, to: number, n: number) => Target,
): HTMLElement {
  const height = 130;
  const band = 12;
  const { bins, min, max, quantiles } = numbers;
  return drawn("plot", (width) => {
    const step = width / bins.length;
    const tallest = Math.max(...bins, 1);
    const span = max - min;
    const x = (value: number) => (span > 0 ? ((value - min) / span) * width : width / 2);
    const bars = bins.map((n, at) => {
      const tall = n === 0 ? 0 : Math.max(2, (n / tallest) * (height - 8));
      const from = min + (at * span) / bins.length;
      const to = at + 1 === bins.length ? max : min + ((at + 1) * span) / bins.length;
      return bar(
        target(at, from, to, n),
        s("rect", { class: "reach", x: at * step, y: 0, width: step, height }),
        s("rect", { class: "fill", x: at * step + 1, y: height - tall, width: Math.max(1, step - 2), height: tall, rx: 1.5 }),
      );
    });
    roving(bars);
    const [low = min, first = min, median = min, third = max, high = max] = quantiles;
    const middle = height + band / 2 + 2;
    return s(
      "svg",
      { width, height: height + band + AXIS + 4, role: "group", "aria-label": label },
      ...bars,
      s("line", { class: "base", x1: 0, x2: width, y1: height + 0.5, y2: height + 0.5 }),
      s("line", { class: "whisker", x1: x(low), x2: x(high), y1: middle, y2: middle }),
      s("rect", { class: "box", x: x(first), y: middle - 3, width: Math.max(2, x(third) - x(first)), height: 6, rx: 3 }),
      s("line", { class: "median", x1: x(median), x2: x(median), y1: middle - 6, y2: middle + 6 }),
      ...axis(min, max, x, height + band + 2, width),
    );
  });
}

/** Values with how often they occur, the most frequent first. */
export function frequencies(values: Counted[], total: number, label: string, target: (value: Counted) => Target): HTMLElement {
  const line = 22;
  const most = Math.max(...values.map((value) => value.n), 1);
  return drawn("plot", (width) => {
    const names = Math.min(220, Math.max(90, width * 0.34));
    const numbers = 92;
    const room = Math.max(20, width - names - numbers);
    const bars = values.map((value, at) => {
      const y = at * line;
      const letters = Math.floor((names - 10) / 7);
      const shown = value.shown.length > letters ? `${value.shown.slice(0, letters - 1)}…` : value.shown;
      return bar(
        target(value),
        s("rect", { class: "reach", x: 0, y, width, height: line }),
        s("text", { class: "name", x: names - 8, y: y + 15, "text-anchor": "end" }, shown === "" ? "∅" : shown),
        s("rect", { class: "fill", x: names, y: y + 4, width: Math.max(2, (value.n / most) * room), height: line - 8, rx: 1.5 }),
        s(
          "text",
          { class: "axis", x: names + Math.max(2, (value.n / most) * room) + 7, y: y + 15 },
          `${count(value.n)} · ${percent(value.n / Math.max(total, 1))}`,
        ),
      );
    });
    roving(bars);
    return s("svg", { width, height: values.length * line, role: "group", "aria-label": label }, ...bars);
  });
}

/** One bar of parts: what is filled, and what is not. */
export function parts(
  pieces: { n: number; className: string; target: Target }[],
  label: string,
): HTMLElement {
  const height = 14;
  const total = pieces.reduce((sum, piece) => sum + piece.n, 0);
  return drawn("plot", (width) => {
    let at = 0;
    const shown = pieces.filter((piece) => piece.n > 0);
    const bars = shown.map((piece, idx) => {
      const wide = idx + 1 === shown.length ? width - at : Math.max(3, (piece.n / Math.max(total, 1)) * width);
      const drawnBar = bar(
        piece.target,
        s("rect", { class: piece.className, x: at, y: 0, width: Math.max(1, wide - 1), height, rx: 2 }),
      );
      at += wide;
      return drawnBar;
    });
    roving(bars);
    return s("svg", { width, height, role: "group", "aria-label": label }, ...bars);
  });
}

/** How the column goes from the first record to the last. */
export function trend(points: Point[], of: "median" | "filled", label: string, target: (point: Point) => Target): HTMLElement {
  const height = 84;
  const left = 44;
  const last = points.at(-1)?.to ?? 1;
  const low = of === "filled" ? 0 : Math.min(...points.map((point) => point.low));
  const high = of === "filled" ? 1 : Math.max(...points.map((point) => point.high));
  return drawn("plot", (width) => {
    const x = (record: number) => left + (record / Math.max(last, 1)) * (width - left);
    const y = (value: number) => (high > low ? 4 + (1 - (value - low) / (high - low)) * (height - 8) : height / 2);
    const middle = (point: Point) => x((point.from + point.to) / 2);
    const line = points.map((point) => `${middle(point)},${y(point.middle)}`).join(" ");
    const above = points.map((point) => `${middle(point)},${y(point.high)}`);
    const below = points.map((point) => `${middle(point)},${y(point.low)}`).reverse();
    const bars = points.map((point) =>
      bar(
        target(point),
        s("rect", { class: "reach", x: x(point.from), y: 0, width: Math.max(1, x(point.to) - x(point.from)), height }),
        s("circle", { class: "dot", cx: middle(point), cy: y(point.middle), r: points.length > 60 ? 1.5 : 2.5 }),
      ),
    );
    roving(bars);
    const show = of === "filled" ? percent : number;
    return s(
      "svg",
      { width, height: height + AXIS, role: "group", "aria-label": label },
      s("line", { class: "grid", x1: left, x2: width, y1: y(high), y2: y(high) }),
      s("line", { class: "grid", x1: left, x2: width, y1: y(low), y2: y(low) }),
      s("text", { class: "axis", x: left - 6, y: y(high) + 4, "text-anchor": "end" }, show(high)),
      high > low && s("text", { class: "axis", x: left - 6, y: y(low) + 4, "text-anchor": "end" }, show(low)),
      of === "median" && s("polygon", { class: "band", points: [...above, ...below].join(" ") }),
      s("polyline", { class: "line", points: line }),
      ...bars,
      s("text", { class: "axis", x: left, y: height + 14 }, "1"),
      s("text", { class: "axis", x: width, y: height + 14, "text-anchor": "end" }, count(last)),
    );
  });
}

/** A picture of a column in a word's size. */
export function spark(bars: number[], numeric: boolean): SVGElement {
  const [width, height] = [64, 18];
  const step = numeric ? width / Math.max(bars.length, 1) : width / 8;
  const most = Math.max(...bars, 1);
  return s(
    "svg",
    { class: "spark", width, height, "aria-hidden": "true" },
    ...bars.map((n, at) => {
      const tall = n === 0 ? 0 : Math.max(1.5, (n / most) * height);
      return s("rect", { x: at * step, y: height - tall, width: Math.max(1, step - 1), height: tall });
    }),
  );
}

/** A share as a short bar with a mark, beside its number. */
export function meter(share: number, label: string, mark?: number): HTMLElement {
  const [width, height] = [72, 6];
  return h(
    "span",
    { class: "meter", role: "img", "aria-label": label },
    s(
      "svg",
      { width, height: height + 4, "aria-hidden": "true" },
      s("rect", { class: "rest", x: 0, y: 2, width, height, rx: 3 }),
      share > 0 && s("rect", { class: "fill", x: 0, y: 2, width: Math.max(3, share * width), height, rx: 3 }),
      mark !== undefined && s("line", { class: "median", x1: mark * width, x2: mark * width, y1: 0, y2: height + 4 }),
    ),
  );
}

/** Answers day by day: how many, and which share was taken. */
export function curve(days: { day: string; answered: number; accepted: number }[], label: string, said: (day: { day: string; answered: number; accepted: number }) => string): HTMLElement {
  const height = 120;
  const left = 44;
  const most = Math.max(...days.map((day) => day.answered), 1);
  return drawn("plot", (width) => {
    const room = width - left;
    const step = Math.min(48, room / Math.max(days.length, 1));
    const x = (at: number) => left + at * step + step / 2;
    const y = (share: number) => 6 + (1 - share) * (height - 12);
    const dots = days.map((day, at) => {
      const tall = Math.max(2, (day.answered / most) * (height - 12) * 0.5);
      return s(
        "g",
        { class: "bar", role: "img", "aria-label": said(day), tabindex: "0" },
        s("title", {}, said(day)),
        s("rect", { class: "reach", x: left + at * step, y: 0, width: step, height }),
        s("rect", { class: "quiet", x: x(at) - Math.min(10, step / 3), y: height - 6 - tall, width: Math.min(20, (step / 3) * 2), height: tall, rx: 1.5 }),
        s("circle", { class: "dot", cx: x(at), cy: y(day.accepted / Math.max(day.answered, 1)), r: 3.5 }),
      );
    });
    const line = days.map((day, at) => `${x(at)},${y(day.accepted / Math.max(day.answered, 1))}`).join(" ");
    return s(
      "svg",
      { width, height: height + AXIS, role: "group", "aria-label": label },
      ...[0, 0.5, 1].flatMap((share) => [
        s("line", { class: "grid", x1: left, x2: width, y1: y(share), y2: y(share) }),
        s("text", { class: "axis", x: left - 6, y: y(share) + 4, "text-anchor": "end" }, percent(share)),
      ]),
      ...dots,
      s("polyline", { class: "line", points: line }),
      s("text", { class: "axis", x: left, y: height + 14 }, days[0]?.day ?? ""),
      days.length > 1 && days.length * step > 180 && s("text", { class: "axis", x: x(days.length - 1) + step / 2, y: height + 14, "text-anchor": "end" }, days.at(-1)?.day ?? ""),
    );
  });
}
