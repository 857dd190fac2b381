// Builds the console, unless nothing changed since the last time.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync,
} from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const home = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(home, "target", "classes", "org", "archipel", "console");
const stamp = join(home, "target", "console.stamp");
const OLDEST_NODE = [20, 19];

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

function fail(message) {
  console.error(`console: ${message}`);
  process.exit(1);
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? filesOf(join(folder, entry.name)) : [join(folder, entry.name)])
    .sort();
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    hash.update(relative(home, path)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

function run(command, ...args) {
  execFileSync(command, args, { cwd: home, stdio: ["ignore", "inherit", "inherit"] });
}

function tool(name, ...args) {
  run(process.execPath, join(home, "node_modules", name), ...args);
}

/** The packages as the lock file names them; again only when it changed. */
function install() {
  const lock = hashOf([join(home, "package-lock.json"), join(home, "package.json")]);
  const mark = join(home, "node_modules", ".archipel");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) {
    return;
  }
  run("npm", "ci", "--prefer-offline", "--ignore-scripts", "--loglevel=error");
  writeFileSync(mark, lock);
}

/** Compresses once what is served many times, and writes down what there is. */
function finish() {
  const files = [];
  for (const file of filesOf(out)) {
    const path = relative(out, file).split("\\").join("/");
    if (path === "index.html") {
      continue;
    }
    const type = TYPES[extname(file)] ?? fail(`${path}: no media type for it in build.mjs`);
    const encodings = [];
    if (extname(file) !== ".woff2" && statSync(file).size > 512) {
      const bytes = readFileSync(file);
      const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
      writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      encodings.push("br", "gzip");
    }
    files.push({ path, type, hashed: path.startsWith("assets/"), encodings });
  }
  const { pages } = JSON.parse(readFileSync(join(home, "src/main/web/pages.json"), "utf8"));
  writeFileSync(join(out, "manifest.json"), JSON.stringify({ pages, files }, null, 1));
}

const node = process.versions.node.split(".").map(Number);
if (node[0] < OLDEST_NODE[0] || (node[0] === OLDEST_NODE[0] && node[1] < OLDEST_NODE[1])) {
  fail(`Node ${process.versions.node} (expected: >= ${OLDEST_NODE.join(".")})`);
}
const inputs = [
  ...["src/main", "api", "scripts"].flatMap((folder) => filesOf(join(home, folder))),
  ...["package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"].map((name) =>
    join(home, name)),
];
const wanted = hashOf(inputs);
if (
  existsSync(join(out, "manifest.json")) &&
  existsSync(stamp) &&
  readFileSync(stamp, "utf8") === wanted
) {
  process.exit(0);
}
install();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
try {
  tool(
    "openapi-typescript/bin/cli.js", "api/openapi.json", "--output",
    "target/generated/schema.d.ts", "--alphabetize");
  run(process.execPath, join(home, "scripts", "words.mjs"));
  tool("typescript/bin/tsc", "--noEmit");
  tool("vite/bin/vite.js", "build", "--logLevel", "warn");
} catch {
  fail("the build failed; the lines above say why");
}
finish();
writeFileSync(stamp, wanted);
