// node l10n/check.mjs   fails where bundle.l10n.json is not what the sources say; `npm run strings` writes it anew.
// That every translation has every string is checked by `cargo test -p xtask`.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import l10n from "@vscode/l10n-dev";

const extension = fileURLToPath(new URL("..", import.meta.url));
const sources = readdirSync(join(extension, "src"), { recursive: true })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ extension: ".ts", contents: readFileSync(join(extension, "src", name), "utf8") }));
const used = Object.keys(await l10n.getL10nJson(sources));
const kept = Object.keys(JSON.parse(readFileSync(join(extension, "l10n", "bundle.l10n.json"), "utf8")));
const missing = used.filter((key) => !kept.includes(key));
const unused = kept.filter((key) => !used.includes(key));
if (used.length === 0 || missing.length > 0 || unused.length > 0) {
  console.error("l10n/bundle.l10n.json is stale; run npm run strings");
  console.error(JSON.stringify({ missing, unused }, null, 2));
  process.exit(1);
}
