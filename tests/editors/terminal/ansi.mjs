// What a terminal shows, as HTML: 16, 256 and true colours, bold, italic, underline, undercurl, reverse.

const BASE = [
  "#000000", "#cc3333", "#33aa33", "#aa8800", "#3366cc", "#aa33aa", "#229999", "#cccccc",
  "#666666", "#ff6666", "#66dd66", "#dddd55", "#6699ff", "#dd77dd", "#55dddd", "#ffffff",
];
const LINES = { 0: undefined, 2: "double", 3: "wavy", 4: "dotted", 5: "dashed" };

function indexed(n) {
  const hex = (value) => value.toString(16).padStart(2, "0");
  if (n < 16) {
    return BASE[n];
  }
  if (n >= 232) {
    return `#${hex(8 + 10 * (n - 232)).repeat(3)}`;
  }
  const step = (value) => hex(value === 0 ? 0 : 55 + 40 * value);
  const cube = n - 16;
  return `#${step(Math.floor(cube / 36))}${step(Math.floor(cube / 6) % 6)}${step(cube % 6)}`;
}

/** Applies the parameters of one SGR sequence to `style`. */
function apply(style, parameters) {
  const words = parameters.split(";");
  for (let at = 0; at < words.length; at++) {
    let parts = words[at].split(":");
    const n = Number(parts[0] || 0);
    if (n === 38 || n === 48 || n === 58) {
      if (parts.length === 1) {
        const length = words[at + 1] === "5" ? 2 : 4;
        parts = [parts[0], ...words.slice(at + 1, at + 1 + length)];
        at += length;
      }
      const values = parts.slice(1).filter((part) => part !== "").map(Number);
      const colour = values[0] === 5 ? indexed(values[1]) : `rgb(${values.slice(-3).join(",")})`;
      style[{ 38: "fg", 48: "bg", 58: "line" }[n]] = colour;
    } else if (n === 0) {
      for (const key of Object.keys(style)) {
        delete style[key];
      }
    } else if (n === 4) {
      style.underline = parts.length > 1 ? (parts[1] in LINES ? LINES[parts[1]] : "solid") : "solid";
    } else if (n >= 1 && n <= 9) {
      style[{ 1: "bold", 2: "dim", 3: "italic", 7: "reverse", 9: "struck" }[n] ?? "other"] = true;
    } else if (n === 22) {
      delete style.bold;
      delete style.dim;
    } else if (n === 23 || n === 24 || n === 27 || n === 29) {
      delete style[{ 23: "italic", 24: "underline", 27: "reverse", 29: "struck" }[n]];
    } else if (n === 39 || n === 49 || n === 59) {
      delete style[{ 39: "fg", 49: "bg", 59: "line" }[n]];
    } else if ((n >= 30 && n < 38) || (n >= 90 && n < 98)) {
      style.fg = BASE[n < 38 ? n - 30 : n - 82];
    } else if ((n >= 40 && n < 48) || (n >= 100 && n < 108)) {
      style.bg = BASE[n < 48 ? n - 40 : n - 92];
    }
  }
}

function css(style) {
  let fg = style.fg ?? "#d8d8d8";
  let bg = style.bg;
  if (style.reverse) {
    [fg, bg] = [bg ?? "#14161b", fg];
  }
  const decoration = style.underline
    ? `text-decoration:underline ${style.underline} ${style.line ?? fg};`
    : style.struck
      ? "text-decoration:line-through;"
      : "";
  return (
    `color:${fg};${bg ? `background:${bg};` : ""}${style.bold ? "font-weight:bold;" : ""}` +
    `${style.dim ? "opacity:.6;" : ""}${style.italic ? "font-style:italic;" : ""}${decoration}`
  );
}

/** A page that looks like the terminal whose text, with its escape sequences, is `ansi`. */
export function page(ansi) {
  const style = {};
  let body = "";
  for (const part of ansi.split(/(\x1b\[[0-9;:]*m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\(B|[\x0e\x0f])/)) {
    const sequence = /^\x1b\[([0-9;:]*)m$/.exec(part);
    if (sequence) {
      apply(style, sequence[1]);
    } else if (part !== "" && !/^[\x1b\x0e\x0f]/.test(part)) {
      const text = part.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      body += `<span style="${css(style)}">${text}</span>`;
    }
  }
  return (
    '<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#14161b}' +
    'pre{display:inline-block;padding:8px;margin:0;background:#14161b;font:14px/17px "DejaVu Sans Mono",monospace}</style>' +
    `<pre>${body}</pre>`
  );
}
