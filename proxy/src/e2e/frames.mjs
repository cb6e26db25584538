// What OpenClaw's page shows in frames of other origins: a diagram, a widget in its sandbox, an agent's development server.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { check, eventually } from './check.mjs';
import { HOST, PUBLIC, RUN, SANDBOX } from './world.mjs';

const COMPOSER = '.agent-chat__composer-shell textarea';

export async function frames(page, observer) {
  const server = await developmentServer();
  const ask = async text => {
    await page.locator(COMPOSER).first().fill(text, { timeout: 40_000 });
    await page.locator(COMPOSER).first().press('Enter');
  };
  /// What a frame of the page that is at such an address says.
  const says = (pattern, text) => eventually(30, async () => {
    for (const frame of page.frames().filter(frame => pattern.test(frame.url()))) {
      if ((await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '')).includes(text)) return true;
    }
    return false;
  });
  const statuses = part => [...new Set(observer.responses.filter(({ url }) => url?.includes(part)).map(({ status }) => status))];

  await check('frames: a Mermaid diagram is drawn', true, async () => {
    await ask('show=diagram');
    return eventually(30, () => page.locator('img[src^="blob:"]').evaluateAll(all => all.some(image => image.naturalWidth > 100)));
  });
  await check('frames: its frame, which has no cookie, gets its scripts without a login', ['200 none', '200 none'], () =>
    ['/assets/frame-', '/assets/mermaid.min-'].map(path => logged(path).map(({ status, layer }) => `${status} ${layer}`).at(-1)));
  await check('frames: a widget runs in the sandbox, on a port of its own', true, async () => {
    await ask('show=widget');
    return says(/^about:srcdoc/, 'widget moves');
  });
  await check("frames: the sandbox's port answers nothing but that", [200], () => statuses(`${SANDBOX}/mcp-app-sandbox`));
  await check('frames: a portal shows a development server, with its script and its WebSocket', true, async () => {
    await ask(`show=portal:${server.address().port}`);
    await eventually(30, () => page.getByText('portal shown').first().isVisible());
    await page.goto(`${PUBLIC}/portals`, { waitUntil: 'domcontentloaded' });
    return says(/^https:\/\/[0-9a-f]{32}\.preview\.example\.net\//, 'script ran, socket open');
  });
  await page.screenshot({ path: `${RUN}/frames.png` });
  const portal = page.frames().map(frame => frame.url()).find(url => url.includes('.preview.example.net/')) ?? 'https://x.preview.example.net/';
  await check('frames: a portal without its token: 401, with a certificate for it', 401, () => new Promise((resolve, reject) => {
    const [host, port] = HOST.split(':');
    const name = new URL(portal).hostname;
    https.get({ host, port, servername: name, headers: { host: name } }, answer => resolve(answer.resume().statusCode))
      .on('error', reject);
  }));
  server.close();
  server.closeAllConnections();
}

/// What Seawall's log says of requests for such a path.
const logged = path => fs.readFileSync(`${RUN}/seawall.log`, 'utf8').split('\n').filter(line => line.includes(`"path":"${path}`))
  .map(line => JSON.parse(line));

async function developmentServer() {
  const server = http.createServer((request, response) => {
    if (request.url === '/app.js') {
      return response.setHeader('content-type', 'text/javascript').end(`
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '/hmr');
        socket.onopen = () => { document.body.textContent = 'script ran, socket open'; };
        socket.onerror = () => { document.body.textContent = 'script ran, socket failed'; };`);
    }
    response.setHeader('content-type', 'text/html').end('<body>nothing ran<script src="/app.js"></script></body>');
  }).on('upgrade', ({ headers }, socket) => socket.on('error', () => {}).write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ' + crypto.createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64') + '\r\n\r\n'));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}
