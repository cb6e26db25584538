// ruff.mjs PACKAGE OPTIONS FILE...: checks these Python files with ruff (its WebAssembly build, from npm) by the options
// given as JSON. Prints what it finds; exit 1 when that is anything.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [folder, options, ...files] = process.argv.slice(2);
const { Workspace, PositionEncoding } = createRequire(`${folder}/`)('@astral-sh/ruff-wasm-nodejs');
const workspace = new Workspace(JSON.parse(options), PositionEncoding.Utf32);
let found = 0;
for (const file of files) {
  for (const { code, message, start_location: at } of workspace.check(readFileSync(file, 'utf8'))) {
    console.log(`${file}:${at.row}:${at.column}: ${code ?? 'syntax'} ${message}`);
    found++;
  }
}
process.exit(found ? 1 : 0);
