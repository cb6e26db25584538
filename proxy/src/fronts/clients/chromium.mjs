// Chromium: one login, then what a page does; six WebSockets, because a close that is a race is not lost every time.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import tls from 'node:tls';

const plan = JSON.parse(fs.readFileSync(process.argv[2]));
const { chromium } = createRequire(process.env.PACKAGES)('playwright-core');
const origin = `https://${plan.host}`;
const tell = (scenario, result) => console.log(JSON.stringify({ scenario, ...result }));

const publicKey = () => new Promise((resolve, reject) => {
  const socket = tls.connect({ host: plan.host, port: 443, servername: plan.host, rejectUnauthorized: false }, () => {
    const key = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
    socket.destroy();
    resolve(crypto.hash('sha256', key, 'base64'));
  }).on('error', reject);
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [`--ignore-certificate-errors-spki-list=${await publicKey()}`, '--no-sandbox', '--disable-gpu', '--disable-quic',
    '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const [username, password] = Buffer.from(plan.basic.slice('Basic '.length), 'base64').toString().split(':');
  const context = await browser.newContext({ httpCredentials: { username, password } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const handshakes = new Set();
  devtools.on('Network.webSocketHandshakeResponseReceived', event => handshakes.add(event.response.status));
  await devtools.send('Network.enable');

  const answer = await page.goto(`${origin}/`);
  const again = await page.evaluate(async () =>
    (await fetch('/', { headers: { authorization: 'Bearer of-a-device' } })).status);
  tell('page', { status: answer.status(), seen: await answer.json(), session: again });
  tell('api', await page.evaluate(async token => {
    const response = await fetch('/v1/chat/completions', { method: 'POST', body: '{"model":"x"}',
      headers: { authorization: token, 'content-type': 'application/json' } });
    return { status: response.status, seen: await response.json() };
  }, plan.token));
  tell('stream', await page.evaluate(async ({ token, id }) => {
    const events = [];
    const response = await fetch(`/v1/stream/${id}`, { headers: { authorization: token } });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      for (const [, event] of piece.value.matchAll(/data: (.*)\n/g)) {
        if (events.push(event) < 3) {
          await fetch(`/v1/next/${id}`, { headers: { authorization: token } });
        }
      }
    }
    return { events };
  }, plan));

  const talked = await page.evaluate(async ({ host, big }) => {
    const result = {};
    const conversation = (talk, code) => new Promise((resolve, reject) => {
      const socket = new WebSocket(`wss://${host}/`);
      const messages = [];
      const waiting = [];
      socket.binaryType = 'arraybuffer';
      socket.onmessage = ({ data }) => waiting.length ? waiting.shift()(data) : messages.push(data);
      socket.onclose = event => resolve(event.wasClean ? event.code : `${event.code}, not clean`);
      const next = () => messages.length ? Promise.resolve(messages.shift()) : new Promise(got => waiting.push(got));
      talk(socket, next).then(() => code && socket.close(code), reject);
      setTimeout(() => reject(new Error('nothing within 10 s')), 10_000);
    });
    try {
      result.ownClose = await conversation(async (socket, next) => {
        result.seen = JSON.parse(await next());
        socket.send('otters');
        result.echo = await next();
        socket.send(new Uint8Array(big));
        result.bigEcho = (await next()).byteLength;
      }, 4001);
      result.closed = await conversation(async (socket, next) => {
        await next();
        socket.send('bye 1000');
      });
      result.six = [];
      for (let i = 0; i < 6; i++) {
        result.six.push(await conversation(async (socket, next) => { await next(); }, 1000));
      }
    } catch (trouble) {
      result.text = String(trouble);
    }
    return result;
  }, plan);
  const [status] = handshakes.size === 1 ? handshakes : [`${[...handshakes]}`];
  tell(status === 200 ? 'websocket-h2' : 'websocket', { http: status === 200 ? '2' : '1.1', status, ...talked });
  tell('health', await page.evaluate(async () =>
    ({ healthz: (await fetch('/healthz')).status, readyz: (await fetch('/readyz')).status })));
} finally {
  await browser.close();
}
