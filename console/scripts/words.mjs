// Every word of the console is in words/*.ts, in both languages. Fails when one is missing, when
// the two ask for different values, when nobody uses it, or when a page says words of its own.
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const web = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "main", "web");
const NOT_WORDS = ["language.tsx", "formats.ts"];
const faults = [];

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(join(folder, entry.name)) : [join(folder, entry.name)]);
}

function parsed(path) {
  return ts.createSourceFile(
    path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true,
    path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
}

function values(text) {
  return [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort();
}

function checkEntry(file, property) {
  const key = property.name.getText();
  const pair = property.initializer;
  if (!ts.isArrayLiteralExpression(pair) || pair.elements.length !== 2) {
    faults.push(`${file}: ${key} (expected: [French, English])`);
    return key;
  }
  const [french, english] = pair.elements.map((element) => element.text ?? "");
  if (french.trim() === "" || english.trim() === "") {
    faults.push(`${file}: ${key} lacks a language`);
  }
  const wanted = [...new Set(values(french))].join();
  if (wanted !== [...new Set(values(english))].join()) {
    faults.push(`${file}: ${key} asks for other values in one language than in the other`);
  }
  return key;
}

const keys = [];
for (const path of filesOf(join(web, "words")).filter((p) => !NOT_WORDS.includes(basename(p)))) {
  const file = basename(path);
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const object = ts.isAsExpression(node.initializer)
        ? node.initializer.expression
        : node.initializer;
      if (ts.isObjectLiteralExpression(object)) {
        object.properties.forEach((property) => keys.push([file, checkEntry(file, property)]));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed(path));
}

const sources = filesOf(web)
  .filter((path) => /\.tsx?$/.test(path) && !path.includes(`${web}/words/`));
const text = sources.map((path) => readFileSync(path, "utf8")).join("\n");
for (const [file, key] of keys) {
  const bare = key.replaceAll('"', "");
  if (!text.includes(`"${bare}"`) && !text.includes(`.${bare}`)) {
    // Words of one part may be looked up by what the API says: states, kinds, roles.
    if (!/^[a-z]+([_-][a-z]+)*$/.test(bare)) {
      faults.push(`${file}: ${key} is used by nobody`);
    }
  }
}

for (const path of sources.filter((one) => one.endsWith("x"))) {
  const visit = (node) => {
    if (ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text)) {
      faults.push(`${basename(path)}: « ${node.text.trim()} » (expected: a word of words/)`);
    }
    if (
      ts.isJsxAttribute(node) &&
      ["label", "title", "hint", "placeholder", "aria-label"].includes(node.name.getText()) &&
      node.initializer !== undefined && ts.isStringLiteral(node.initializer)
    ) {
      faults.push(`${basename(path)}: ${node.getText()} (expected: a word of words/)`);
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed(path));
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
