// Bundles the scripts and styles into the folder given (default: the package's own); with --test runs the unit tests,
// all or those of the script named.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const common = {
  bundle: true,
  format: "iife",
  target: ["es2022", "chrome105", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis", FILE: "false" },
  absWorkingDir: here,
};

if (process.argv[2] === "--test") {
  // below node_modules, so that what is not bundled is found
  const folder = mkdtempSync(join(here, "node_modules", ".test-"));
  const tests = readdirSync(join(here, "src"))
    .filter((name) => name.endsWith(".test.ts"))
    .filter((name) => !process.argv[3] || name === `${process.argv[3]}.test.ts`);
  try {
    await esbuild.build({
      ...common,
      entryPoints: tests.map((name) => join("src", name)),
      format: "esm",
      platform: "node",
      target: "node18",
      outExtension: { ".js": ".mjs" },
      outdir: folder,
    });
    const files = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
    const run = spawnSync(process.execPath, ["--test", ...files.map((name) => join(folder, name))], {
      stdio: "inherit",
    });
    process.exitCode = run.status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
} else {
  const outdir = process.argv[2] ?? join(here, "..", "nqgraph", "_bundle");
  const app = { mangleProps: /^_[a-z]/ };
  // the one file takes the scripts of every page with what only it needs; its styles are the same
  const file = { ...app, define: { ...common.define, FILE: "true" }, loader: { ".css": "empty" } };
  const worker = { define: { ...common.define, "import.meta.url": '""' } };
  for (const [name, more] of Object.entries({
    app,
    file,
    network: {},
    around: {},
    editor: {},
    forms: {},
    tools: {},
    worker,
  })) {
    const entry = { in: join("src", `${name === "file" ? "app" : name}.ts`), out: name };
    await esbuild.build({ ...common, ...more, minify: true, entryPoints: [entry], outdir });
  }
  const wasm = readFileSync(join(here, "node_modules", "oxigraph", "web_bg.wasm"));
  writeFileSync(join(outdir, "oxigraph.wasm.gz"), gzipSync(wasm, { level: 9 }));
}
