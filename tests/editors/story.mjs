// What every story is told with: steps that are counted, and what the environment says.

/** Says what was seen; counts. */
export class Story {
  passed = 0;
  start = Date.now();

  ok(what, seen = "") {
    const seconds = ((Date.now() - this.start) / 1000).toFixed(1);
    console.log(`ok ${++this.passed} ${seconds}s ${what}  ${String(seen).replace(/\s+/g, " ").slice(0, 160)}`);
  }

  check(condition, what, seen = "") {
    if (!condition) {
      throw new Error(`${what}: ${seen}`);
    }
    this.ok(what, seen);
  }
}

/** What the driver was told by its environment. */
export function setting(name) {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set; run this by cargo xtask test editors`);
  }
  return value;
}
