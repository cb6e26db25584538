// Writes proxy/src/test/resources/io/seawall/proxy/route/whatwg-paths.tsv: a raw path and the `pathname` that
// `new URL(raw, 'http://host')` has in this Node.js, tab-separated. First what people thought of, then what a fixed
// generator made. Paths whose host is none, and so is the URL, are left out.
//   node proxy/src/e2e/whatwg-paths.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../test/resources/io/seawall/proxy/route/whatwg-paths.tsv', import.meta.url);
const MADE = 2000;
const PIECES = ['/', '/', '/', '/', '\\', '.', '..', '/.', '/..', '/../', '/./', '\\..', '%2e', '%2E', '.%2e', '%2e.', '%2E%2e', '%252e',
  '%2f', '%5c', '%2F..', '...', 'a', 'b', 'c.d', 'hooks', 'v1', 'HOOKS', 'x', '~', ';', ':', '@', '|', '^', '`', '"', '<', '>', '{', '}',
  '[', ']', '!', "'", '(', '%41', '%c3%a9', '%', '%4', '%zz', '=', '&', '+', '$', ',', '*', '-', '_', '1', '999', '//', '///', '/\\'];

let state = 20260101;   // mulberry32, so that the same file comes out again
function random(below) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

const pathname = raw => URL.canParse(raw, 'http://host') ? new URL(raw, 'http://host').pathname : null;

const kept = new Set(readFileSync(FILE, 'utf8').split('\n').filter(line => line).map(line => line.split('\t')[0]));
for (let made = 0; kept.size < MADE && made < 100 * MADE; made++) {
  let raw = '/';
  for (let count = 1 + random(8); count > 0; count--) raw += PIECES[random(PIECES.length)];
  if (pathname(raw) !== null) kept.add(raw);
}
writeFileSync(FILE, [...kept].map(raw => `${raw}\t${pathname(raw)}\n`).join(''));
