// node run.mjs STORY   the environment says with which editor; the last line is `N passed, N failed`
import { join } from "node:path";

import { firstLight } from "./first_light.mjs";
import { Editor, Story, Window, setting } from "./workbench.mjs";

const STORIES = { first_light: firstLight };

const name = process.argv[2];
const tell = STORIES[name];
if (tell === undefined) {
  console.log(`no story ${name}; there are ${Object.keys(STORIES).join(", ")}\n0 passed, 1 failed`);
  process.exit(1);
}
const story = new Story();
let editor;
let window;
let failed = 0;
process.on("SIGTERM", async () => {
  await window?.picture("fail").catch(() => undefined);
  await window?.close().catch(() => undefined);
  await editor?.stop();
  process.exit(1);
});
try {
  editor = await Editor.start({
    node: setting("AURORA_NODE"),
    entry: setting("AURORA_CODE_SERVER"),
    vsix: setting("AURORA_VSIX"),
    files: setting("AURORA_FILES"),
    // `AURORA_TRACE=verbose` puts the protocol's messages into the log that a failed story leaves.
    userSettings: { "aurora.trace.server": process.env.AURORA_TRACE ?? "off" },
  });
  window = await Window.open(editor, { pictures: join(setting("AURORA_PICTURES"), name) });
  story.ok("workbench up");
  await tell({ story, editor, window });
} catch (error) {
  failed = 1;
  console.log(`FAIL ${error.stack ?? error}`);
  await window?.picture("fail").catch(() => undefined);
  editor?.keepLogs(window?.pictures ?? setting("AURORA_PICTURES"));
} finally {
  await window?.close().catch(() => undefined);
  await editor?.stop();
}
console.log(`${story.passed} passed, ${failed} failed`);
process.exit(failed);
