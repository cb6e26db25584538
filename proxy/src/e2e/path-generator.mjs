// The paths that `paths` asks for: what the gateway's code names, combined and disguised.
import fs from 'node:fs';
import path from 'node:path';

/// Behind each of these is a handler that tells itself apart from all others, see handlers.mjs.
const guarded = ['/v1/models', '/tools/invoke', '/hooks/wake', '/sessions/a/history', '/browser/extension', '/j/code'];
const others = ['/', '/chat', '/v1/chat/completions', '/sessions/a/kill', '/share/x', '/share/session', '/pub/x', '/pub/a/b',
  '/__openclaw__/canvas/documents/a/b', '/__openclaw__/a2ui/a2ui.bundle.js', '/__openclaw__/worker', '/api/channels',
  '/plugins/x', '/control-ui-config.json', '/healthz', '/readyz', '/startupz', '/hooks', '/v1', '/sessions', '/j/x/y', '/share',
  '/__openclaw__/cap/x/__openclaw__/canvas/documents/a/b', '/__openclaw__/cap/x/__openclaw__/a2ui/a2ui.bundle.js',
  '/__openclaw__/cap/x/plugins/x', '/__openclaw__/mcp-app/view', '/__openclaw__/board/a/b/index.html', '/avatar/main',
  '/api/users/a/avatar', '/api/artifacts/download/x', '/api/nodes/watch/x', '/oauth/provider/callback', '/focus/x',
  '/approve/x', '/assets/index.js', '/assets/x.css', '/sw.js', '/favicon.ico', '/file-icons/a/b.svg', '/themes/x.css', '/.seawall/login', '/.well-known/openclaw/browser-bootstrap'];
const seeds = [...guarded, ...others];

/// Every path that stands as a literal in a file of the gateway: a rewrite that is new has to name what it looks for.
export function namedByTheGateway(entry) {
  const dist = path.join(path.dirname(entry), 'dist');
  const names = new Set();
  for (const file of fs.readdirSync(dist).filter(name => name.endsWith('.mjs'))) {
    const text = fs.readFileSync(path.join(dist, file), 'utf8');
    if (/region (src\/gateway|src\/canvas|packages\/session-url|extensions\/[a-z-]+\/src\/(host|browser))/.test(text))
      for (const [, name] of text.matchAll(/["'`]((?:\/[A-Za-z0-9_.-]+)+)\/?["'`]/g)) names.add(name);
  }
  return [...names].sort();
}

/// A name in front of what is guarded, as a capability is; and behind it, as a join code is.
export function combined(names, quick) {
  const paths = new Set(seeds);
  for (const name of names) {
    for (const rest of quick ? guarded.slice(0, 3) : guarded) {
      paths.add(`${name}${rest}`).add(`${name}/x${rest}`);
      if (!quick) paths.add(`${name}/x//e${rest}`).add(`${name}/x/..//e${rest}`);
    }
    for (const base of ['/v1/models', '/hooks/wake', '/pub/x', ...quick ? [] : ['/sessions/a', '/tools/invoke', '/share/x',
      '/__openclaw__/cap/x/__openclaw__/canvas/documents/a']])
      paths.add(`${base}${name}`).add(`${base}${name}/x`);
  }
  return paths;
}

/// Seeds and prefixes with one to four disguises each; the same ones in each run.
export function disguised(count) {
  const paths = new Set();
  const random = generator(20_261_129);
  const pick = list => list[random(list.length)];
  const prefixes = ['', '', '', '/__openclaw__/cap/x', '/__openclaw__/cap/x', '/__openclaw__/cap/x/__openclaw__/cap/y', '/pub',
    '/pub/a', '/share', '/hooks', '/v1', '/j', '//e', '/__openclaw__/canvas/documents', '/plugins', '/x/..', '/.', '/openclaw'];
  const at = text => random(text.length);
  const escape = c => `%${c.charCodeAt(0).toString(16)}`;
  const slashes = text => [...text].flatMap((c, i) => c === '/' && i > 0 ? [i] : []);
  const change = (text, i, to) => text.slice(0, i) + to + text.slice(i + 1);
  const atSlash = (text, to) => { const all = slashes(text); return all.length ? change(text, pick(all), to) : text; };
  const disguises = [
    text => { const i = 1 + random(text.length - 1 || 1); return text[i] ? change(text, i, escape(text[i])) : text; },
    text => { const i = at(text); return change(text, i, text[i].toUpperCase()); },
    text => text.toUpperCase(),
    text => atSlash(text, '//'), text => atSlash(text, '\\'), text => atSlash(text, '%2F'), text => atSlash(text, '%5c'),
    text => atSlash(text, '/./'), text => atSlash(text, '/x/../'), text => atSlash(text, '/x/%2e%2E/'),
    text => atSlash(text, '/a%2Fb/../'), text => atSlash(text, '/..%2f'), text => atSlash(text, '/x/..//'),
    text => atSlash(text, '/..%2f..%2f'), text => atSlash(text, '%252F'), text => atSlash(text, '/%2e/'),
    text => atSlash(text, '/x%3Fy/../'), text => atSlash(text, '///'),
    text => text.replaceAll('%', '%25'), text => `${text}%3F`, text => `${text}%23x`, text => `${text}%20`, text => `${text}/`,
    text => `${text}/..`, text => `${text}%2f..%2f..${pick(guarded)}`, text => `/${text}`, text => `\\${text}`,
    text => `//e${text}`, text => `/..${text}`, text => `/%2f${text}`, text => text + pick(['/j', '/j/code', ';x', '.json', '%']),
  ];
  while (paths.size < count) {
    let text = pick(prefixes) + pick(seeds);
    for (let i = random(4) + (random(3) ? 1 : 0); i > 0; i--) text = pick(disguises)(text);
    if (text.startsWith('/') && text.length < 400) paths.add(text);
  }
  return paths;
}

/// mulberry32
function generator(seed) {
  let state = seed;
  return bound => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}
