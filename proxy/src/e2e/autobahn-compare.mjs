// autobahn-compare.mjs DIRECT THROUGH DIFFER: compares two reports of the Autobahn suite; says what differs, and writes the
// names of those cases to DIFFER. Exit 0 where there are cases and none differs.
import { readFileSync, writeFileSync } from 'node:fs';

const [direct, through] = process.argv.slice(2, 4).map(file => JSON.parse(readFileSync(file)).server);
const result = one => one ? `${one.behavior}, closes ${one.behaviorClose} (${one.remoteCloseCode})` : 'not run';
const names = [...new Set([...Object.keys(direct), ...Object.keys(through)])]
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const differ = names.filter(name => result(direct[name]) !== result(through[name]));
for (const name of differ) console.log(`${name}: directly ${result(direct[name])}; through Seawall ${result(through[name])}`);
const good = names.filter(name => /^(OK|NON-STRICT|INFORMATIONAL)/.test(result(through[name]))).length;
console.log(`${names.length} cases, ${differ.length} differ (${good} of them good, through Seawall)`);
writeFileSync(process.argv[4], differ.join(','));
process.exit(names.length > 0 && differ.length === 0 ? 0 : 1);
