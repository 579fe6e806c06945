// Tells a story in VS Code: starts it, opens a window on it, and takes both down again however the story ends.
import { setting } from "../story.mjs";
import { contrast } from "./contrast.mjs";
import { firstLight } from "./first_light.mjs";
import { looks } from "./looks.mjs";
import { manners } from "./manners.mjs";
import { team } from "./team.mjs";
import { troubles } from "./troubles.mjs";
import { views } from "./views.mjs";
import { Editor, Window } from "./workbench.mjs";

const STORIES = { first_light: firstLight, views, troubles, manners, looks, contrast, team };

export async function tellInVsCode({ story, name, pictures }) {
  const tell = STORIES[name];
  if (tell === undefined) {
    throw new Error(`no story ${name}; there are ${Object.keys(STORIES).join(", ")}`);
  }
  let editor;
  let window;
  const down = async () => {
    await window?.close().catch(() => undefined);
    await editor?.stop();
  };
  process.on("SIGTERM", async () => {
    await window?.picture("fail").catch(() => undefined);
    await down();
    process.exit(1);
  });
  try {
    editor = await Editor.start({
      node: setting("AURORA_NODE"),
      entry: setting("AURORA_CODE_SERVER"),
      vsix: setting("AURORA_VSIX"),
      files: setting("AURORA_FILES"),
      ...tell.options,
    });
    window = await Window.open(editor, { pictures, ...tell.window });
    story.ok("workbench up");
    await tell({ story, editor, window });
  } catch (error) {
    await window?.picture("fail").catch(() => undefined);
    editor?.keepLogs(pictures);
    throw error;
  } finally {
    await down();
  }
}
