// node run.mjs EDITOR/STORY   the environment says with which editor; the last line is `N passed, N failed`
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Story, setting } from "./story.mjs";
import { tellInTerminal } from "./terminal/tell.mjs";
import { tellInVsCode } from "./vscode/tell.mjs";

const EDITORS = { vscode: tellInVsCode, terminal: tellInTerminal };

const [editor, name] = (process.argv[2] ?? "").split("/");
const story = new Story();
const pictures = join(setting("AURORA_PICTURES"), name ?? "");
mkdirSync(pictures, { recursive: true });
let failed = 0;
try {
  const tell = EDITORS[editor];
  if (tell === undefined) {
    throw new Error(`no editor ${editor}; there are ${Object.keys(EDITORS).join(", ")}`);
  }
  await tell({ story, name, pictures });
} catch (error) {
  failed = 1;
  console.log(`FAIL ${error.stack ?? error}`);
}
console.log(`${story.passed} passed, ${failed} failed`);
process.exit(failed);
