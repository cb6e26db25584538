// Every path that Seawall lets through on a route is answered by a handler of that route, and by no other.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { atLeast, check } from './check.mjs';
import { asStranger, handlerOf, socketOf } from './handlers.mjs';
import { combined, disguised, namedByTheGateway } from './path-generator.mjs';

const { PATHS, JAVA, CLASSES, GATEWAY_PORT, GATEWAY_TOKEN, OPENCLAW } = process.env;
const quick = PATHS === 'quick';
const gateway = { port: Number(GATEWAY_PORT), token: GATEWAY_TOKEN };

/// Public paths, each with the handlers that it opens to an unauthenticated client; with and without the join codes.
const WITHOUT_JOIN = {
  '/share/*': ['share', 'none'],
  '/__openclaw__/cap/*': ['canvas', 'none'],
  '/browser/extension': ['plugin'],
  '/pub/*': ['none'],
  '/pub/j/*': ['join', 'none'],
};
const CONFIGURATIONS = [WITHOUT_JOIN, { ...WITHOUT_JOIN, '/j/*': ['join'] }];
const SOCKETS = ['ws:/__openclaw__/worker', 'ws:/__openclaw__/cap/*'];

/// Whether a handler may answer on a route. Nothing is forwarded on the others.
const holds = {
  ui: handler => !['hooks', 'api'].includes(handler),
  api: handler => ['api', 'none'].includes(handler),
  hooks: handler => ['hooks', 'none'].includes(handler),
  static: handler => ['static', 'none'].includes(handler),
  capability: handler => ['canvas', 'none'].includes(handler),
  public: (handler, path, listed) => Object.entries(listed).some(([entry, handlers]) => handlers.includes(handler) &&
    (handler === 'join' && entry === '/j/*' || path.startsWith(entry.replace('*', '')))),
};

/// Seawall's verdicts, `[route, route of a WebSocket]` for each path.
function verdicts(paths, listed) {
  const config = `SEAWALL_PUBLIC_PATHS=${[...Object.keys(listed), ...SOCKETS].join(',')}`;
  const java = spawnSync(JAVA, ['-XX:TieredStopAtLevel=1', '-cp', CLASSES, 'io.seawall.proxy.route.RouteVerdicts', config],
    { input: paths.map(path => `${path}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 26 });
  const lines = java.stdout.trim().split('\n').map(line => line.split(' '));
  if (java.status !== 0 || lines.length !== paths.length) throw new Error(`the router says nothing: ${java.stderr.slice(-2000)}`);
  return lines;
}

/// Calls `look` for each path, sixteen at a time.
async function each(paths, look) {
  let next = 0;
  await Promise.all(Array.from({ length: 16 }, async () => { while (next < paths.length) await look(next++); }));
}

/// The paths on which a handler answers that its route does not guard.
async function strays(paths, asked = path => path) {
  const tables = CONFIGURATIONS.map(listed => ({ listed, routes: verdicts(paths, listed) }));
  const found = [];
  const seen = {};
  await each(paths, async i => {
    const forwarded = tables.filter(({ routes }) => routes[i][0] in holds);
    if (!forwarded.length) return;
    const handler = await handlerOf(asked(paths[i]), gateway);
    for (const { listed, routes } of forwarded) {
      const [route] = routes[i];
      const kind = `${route} -> ${handler.split(' ')[0]}`;
      seen[kind] = (seen[kind] ?? 0) + 1;
      if (!holds[route](handler, paths[i], listed)) found.push(`${paths[i]} is ${route} and answered by ${handler}`);
    }
  });
  return { found, seen };
}

// the handlers tell themselves apart, or all else proves nothing
for (const [path, handler] of Object.entries({ '/hooks/wake': 'hooks', '/hooks': 'hooks', '/v1/models': 'api', '/v1/chat/completions': 'api',
  '/tools/invoke': 'api', '/sessions/a/history': 'api', '/sessions/a/kill': 'api', '/j/code': 'join', '/v1/models/j/code': 'join',
  '/browser/extension': 'plugin', '/BROWSER//extension%3F': 'plugin', '/readyz': 'probe', '/healthz': 'probe',
  '/__openclaw__/canvas/documents/a/b': 'canvas', '/__openclaw__/a2ui/a2ui.bundle.js': 'canvas', '/share/session': 'share', '/chat': 'none',
  '/sw.js': 'static', '/favicon.svg': 'static', '/manifest.webmanifest': 'static', '/assets/nothing.js': 'none',
  '/__openclaw__/cap/x/v1/models': 'api', '/__openclaw__/cap/x//e/hooks/wake': 'hooks', '/nothing': 'none' }))
  await check(`paths: the gateway's handler of ${path}`, handler, () => handlerOf(path, gateway));

// each file of the Control UI's folder: what passes without a login is a file that the gateway gives to anybody
const folder = path.join(path.dirname(OPENCLAW), 'dist/control-ui');
const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  .map(entry => '/' + path.relative(folder, path.join(entry.parentPath, entry.name)));
const ofFiles = verdicts(files, WITHOUT_JOIN);
const passing = files.filter((file, i) => ofFiles[i][0] === 'static');
const loose = [];
const others = [];
await each(files, async i => {
  const { status, headers } = await asStranger(files[i], gateway);
  const isFile = status === 200 && !headers['content-type'].startsWith('text/html');
  if (ofFiles[i][0] === 'static' ? !isFile : isFile) (isFile ? others : loose).push(files[i]);
});
await check('paths: the Control UI has files that pass without a login', atLeast(600), () => passing.length);
await check('paths: the gateway gives each of them to anybody', [], () => loose.slice(0, 10));
// an inventory, a picture for previews of links, licences: no page loads them
await check('paths: of what it gives to anybody nothing else is a file that a page loads', [],
  () => others.filter(file => !/^\/(asset-manifest\.json|social-card\.png|.*\.(txt|md)|.*\/LICENSE-[a-z-]+)$/.test(file)));
const kinds = [...new Set(passing.map(file => file.replace(/[^/]*(?=\.[a-z0-9]+$)/, 'nothing-of-that-name')))];
const ofKinds = verdicts(kinds, WITHOUT_JOIN);
const missing = kinds.filter((_, i) => ofKinds[i][0] === 'static');
await check('paths: a missing file of each kind is a 404 even to a navigation', missing.map(file => `${file} 404`),
  () => Promise.all(missing.map(async file => `${file} ${(await asStranger(file, gateway)).status}`)));
await check('paths: there are such kinds', atLeast(8), () => missing.length);

const names = namedByTheGateway(OPENCLAW);
await check('paths: the gateway\'s code names paths', atLeast(100), () => names.length);
for (const [name, paths] of Object.entries({
  'what the code names, before and behind what is guarded': [...combined(names, quick)],
  'disguised paths': [...disguised(quick ? 2000 : 12_000)],
})) {
  const { found, seen } = await strays(paths);
  console.log(`   ${paths.length} paths: ${Object.entries(seen).sort().map(([key, count]) => `${key} ${count}`).join(', ')}`);
  await check(`paths: ${name} are answered by their own route`, [], () => found.slice(0, 10));
}

// as if the gateway had a rewrite that Seawall does not know, in front and behind
for (const [name, rewrite] of Object.entries({
  'in front': path => path.replace(/^\/__openclaw__\/catalog-icon\/[^/]+(?=\/)/, ''),
  'behind': path => path.replace(/^.*(?=\/hooks\/wake)/, ''),
})) await check(`paths: a rewrite ${name} that is not known is found`, atLeast(1), async () =>
  (await strays([...combined(names, true)].filter(path => rewrite(path) !== path), rewrite)).found.length);

// a WebSocket is the control WebSocket nearly everywhere, and so passes only where the route says so
const sockets = [...combined(names.filter(name => name.startsWith('/__openclaw__')), true), ...disguised(quick ? 100 : 600)];
const routes = verdicts(sockets, WITHOUT_JOIN);
const open = [];
await each(sockets, async i => {
  if (routes[i][1] === 'ui' || routes[i][1] === 'refused') return;
  const socket = await socketOf(sockets[i], gateway);
  if (routes[i][1] !== 'public' || socket === 'control') open.push(`${sockets[i]} is ${routes[i][1]} and a WebSocket: ${socket}`);
});
await check('paths: a WebSocket that needs no password is never the control WebSocket', [], () => open.slice(0, 10));
await check('paths: the control WebSocket is behind a capability too', 'control', () => socketOf('/__openclaw__/cap/x/', gateway));
