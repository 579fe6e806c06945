// Elements in few words. Text always goes in as text, never as HTML: much of it comes from files.

type Child = Node | string | undefined | null | false;
type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>;

function build<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) {
      continue;
    }
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) {
    if (child !== undefined && child !== null && child !== false) {
      element.append(child);
    }
  }
  return element;
}

/** An HTML element: attributes, and functions for events by their names. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return build(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** A place that is drawn anew whenever its width changes. */
export function drawn(className: string, draw: (width: number) => SVGElement): HTMLElement {
  const place = h("div", { class: className });
  let last = 0;
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (width > 0 && width !== last) {
      last = width;
      place.replaceChildren(draw(width));
    }
  }).observe(place);
  return place;
}

/** The editor's language, as the page says it. */
const language = document.documentElement.lang || "en";
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
const large = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 });
const tiny = new Intl.NumberFormat(language, { notation: "scientific", maximumSignificantDigits: 3 });

/** A count: `1,204`. */
export function count(n: number): string {
  return whole.format(n);
}

/** A number in few digits. */
export function number(x: number): string {
  const size = Math.abs(x);
  if (size !== 0 && size < 1e-4) {
    return tiny.format(x);
  }
  return size >= 1e6 ? large.format(x) : short.format(x);
}

/** `12 %`, and `<1 %` for what is little but not nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) {
    return "<1 %";
  }
  if (share < 1 && share > 0.995) {
    return ">99 %";
  }
  return `${Math.round(share * 100)} %`;
}

/** `{0}` and `{1}` in `template` filled in. */
export function fill(template: string, ...values: (string | number)[]): string {
  return template.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)] ?? ""));
}
