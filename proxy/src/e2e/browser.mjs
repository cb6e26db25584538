// The Control UI in a real browser: one password, one approval, then a conversation.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { check, eventually } from './check.mjs';
import { metrics, total } from './metric.mjs';
import { Observer } from './observer.mjs';
import { frames } from './frames.mjs';
import { approve } from './openclaw.mjs';
import { publicKeyOfSeawall } from './public-key.mjs';
import { GATEWAY_TOKEN, HOST, PASSWORD, PUBLIC, RUN, USERNAME } from './world.mjs';

const { chromium } = createRequire(path.resolve(process.env.OPENCLAW, '../../..', 'package.json'))('playwright-core');
const COMPOSER = '.agent-chat__composer-shell textarea';
const port = process.env.BROWSER_PORT;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  headless: true,
  args: [`--remote-debugging-port=${port}`, `--ignore-certificate-errors-spki-list=${await publicKeyOfSeawall()}`, '--headless',
    `--host-resolver-rules=MAP *.preview.example.net:443 ${HOST}`, '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  await owner();
  await unauthenticated();
} finally {
  await browser.close();
}

async function owner() {
  const observer = await Observer.on(port, { username: USERNAME, password: PASSWORD });
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const refusalsBefore = await refusals();
  const page = await context.newPage();
  const unpaired = () => observer.messages.find(m => m.type === 'res' && m.error?.details?.code === 'PAIRING_REQUIRED');
  const text = () => page.evaluate(() => document.body.innerText);

  await check('browser: the page opens after one login', 200, async () =>
    (await page.goto(`${PUBLIC}/#token=${GATEWAY_TOKEN}`, { waitUntil: 'domcontentloaded' })).status());
  await check('browser: a new browser must be approved', true, async () => !!await eventually(40, unpaired));
  await check('browser: approved, it is connected', true, async () => {
    await approve(unpaired().error.details.requestId);
    return eventually(40, () => observer.messages.some(m => m.type === 'res' && m.payload?.type === 'hello-ok'));
  });
  await check('browser: a message gets a streamed reply', true, async () => {
    const composer = page.locator(COMPOSER).first();
    await composer.fill('chunks=5 delay=50 tag=tide', { timeout: 40_000 });
    await composer.press('Enter');
    return eventually(40, async () => (await text()).includes('tidew4'));
  });
  await page.screenshot({ path: `${RUN}/browser.png` });
  await frames(page, observer);

  await check('browser: exactly one login dialog', 1, () => observer.dialogs);
  await check('browser: exactly one 401, workers and WebSockets included', 1, () => observer.count(401));
  await check("browser: exactly one 401 by Seawall's own count", 1, async () => await refusals() - refusalsBefore);
  await check('browser: every WebSocket handshake succeeds, and over HTTP/2', [200], () => [...new Set(observer.handshakes)]);
  await check('browser: everything from Seawall comes by HTTP/2', [`${new URL(PUBLIC).origin} h2`],
    () => [...observer.protocols.keys()].filter(name => name.startsWith(new URL(PUBLIC).origin)));
  await check('browser: the token is not left in the URL', false, () => page.url().includes(GATEWAY_TOKEN));
  const session = (await context.cookies(PUBLIC)).find(cookie => cookie.name.startsWith('__Host-seawall-'));
  await check('browser: the session cookie is HttpOnly and Secure', [true, true], () => [session.httpOnly, session.secure]);
  fs.appendFileSync(`${RUN}/sessions`, `${session?.value}\n`);
  observer.close();
  await context.close();
}

async function unauthenticated() {
  const observer = await Observer.on(port, { username: USERNAME, password: PASSWORD.split('').reverse().join('') });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(PUBLIC).catch(() => {});   // Chromium may call the refusal a network error
  await check('browser: a wrong password gets nothing but 401', [401], () => [...new Set(observer.responses.map(r => r.status))]);
  await check('browser: a wrong password gets no session', 0, async () => (await context.cookies(PUBLIC)).length);
  observer.close();
  await context.close();
}

async function refusals() {
  const samples = await metrics();   // a portal's are the gateway's
  return total(samples, 'seawall_requests_total', { status: '401' })
    - total(samples, 'seawall_requests_total', { status: '401', route: 'portal' });
}
