// Every page of Seawall's own, as people see it: phone and desktop, light and dark.
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { check, eventually, matching } from './check.mjs';
import { curl } from './curl.mjs';
import { publicKeyOfSeawall } from './public-key.mjs';
import { GATEWAY_PORT, PASSWORD, PUBLIC, USERNAME, hooksToken, password } from './world.mjs';

const { chromium } = createRequire(path.resolve(process.env.OPENCLAW, '../../..', 'package.json'))('playwright-core');
const AXE = fs.readFileSync(process.env.AXE, 'utf8');
const { SCREENSHOTS, PICTURES } = process.env;
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const FOREIGN = PUBLIC.replace('127.0.0.1', 'new.example.com');
let guesses = 0;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  headless: true,
  args: [`--ignore-certificate-errors-spki-list=${await publicKeyOfSeawall()}`, '--no-sandbox', '--disable-gpu',
    '--host-resolver-rules=MAP new.example.com 127.0.0.1', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const owner = await browser.newContext({ httpCredentials: { username: USERNAME, password: PASSWORD } });
  const visitor = await browser.newContext();

  await show('host', visitor, FOREIGN, 421, 'This Seawall does not serve that host name');
  await starting(owner);

  const gateway = await standIn();
  await login();
  await show('attribution', owner, '/untrusting', 403, 'OpenClaw does not trust Seawall yet');
  await show('bad-path', visitor, '/hooksX', 400, 'This path can be read in more than one way');
  await show('not-found', owner, '/.well-known/openclaw/browser-bootstrap', 404, 'No automatic browser hand-off is set up');
  await show('method', visitor, '/hooks/wake', 405, 'This path does not take that method');
  await show('origin', owner, null, 403, 'A page of another origin asked for this', page => post(page, 'about:blank', ''));
  await show('too-large', owner, null, 413, 'This path takes no request body', page => post(page, `${PUBLIC}/.seawall/logout`, 'x'));
  await show('closed', owner, '/closed', 502, 'OpenClaw closed the connection without an answer');
  await show('silent', owner, '/silent', 504, 'OpenClaw sent nothing for longer than SEAWALL_READ_TIMEOUT allows');
  await logout(owner);
  for (let i = 0; i < 11; i++) await guess();
  await show('locked', visitor, '/', 429, 'Too many wrong credentials came from this network');
  gateway.closeAllConnections();
  gateway.close();
  await others();
} finally {
  await browser.close();
}

/// Opens a page and looks at it in every size and both schemes.
async function show(name, context, where, status, title, open = page => page.goto(new URL(where, PUBLIC).href), then = () => {}) {
  const page = await context.newPage();
  const troubles = [], requests = [];
  page.on('console', message => { if (message.type() === 'error') troubles.push(message.text()); });
  page.on('pageerror', error => troubles.push(error.message));
  page.on('request', request => requests.push(request.url()));
  let response;
  await check(`pages: ${name} is a page with status ${status}`, [status, 'text/html; charset=utf-8'], async () => {
    response = await open(page);
    return [response.status(), response.headers()['content-type']];
  });
  await check(`pages: ${name} says what happened`, title,
    () => page.locator('h1').textContent({ timeout: 5000 }));
  await look(name, page, troubles, requests);
  await then(page);
  await page.close();
}

async function look(name, page, troubles, requests) {
  await check(`pages: ${name} has a title, a language, one heading and the request's id`, [true, 'en', 1, true],
    () => page.evaluate(() => [document.title === document.querySelector('h1').textContent, document.documentElement.lang,
      document.querySelectorAll('h1').length, /^[0-9a-f]{32}$/.test(document.querySelector('footer code').textContent)]));
  // Chromium reports the status of the page itself there, too
  await check(`pages: ${name} leaves no error on the console`, [],
    () => troubles.filter(text => !/^Failed to load resource: the server responded with a status of \d+/.test(text)));
  await check(`pages: ${name} loads nothing besides itself`, true, () => requests.every(url => url === page.url() || url === 'about:blank'));
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const picture = `${name}-${size}-${colorScheme}`;
      if (SCREENSHOTS && (!PICTURES || PICTURES.split(' ').includes(picture))) await page.screenshot({ path: `${SCREENSHOTS}/${picture}.png` });
      await check(`pages: ${name} does not scroll sideways (${size}, ${colorScheme})`, true,
        () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
    await check(`pages: ${name} has a contrast of 4.5 or more everywhere (${colorScheme})`, [], () => page.evaluate(faint));
  }
  await check(`pages: ${name} has no violation that axe-core knows`, [], async () => {
    await page.evaluate(AXE);
    return page.evaluate(async () => (await axe.run()).violations.map(v => `${v.id}: ${v.nodes[0].html}`));
  });
}

/// Runs in the page: each text whose contrast (WCAG 2.2, 1.4.3) is below 4.5.
function faint() {
  const rgb = color => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const background = e => { const c = rgb(getComputedStyle(e).backgroundColor); return c[3] === 0 && e.parentElement ? background(e.parentElement) : c; };
  const found = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [light, dark] = [luminance(rgb(getComputedStyle(e).color)), luminance(background(e))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.push(`${e.localName} ${contrast.toFixed(2)}`);
  }
  return found;
}

/// The dialog that a browser opens by itself is cancelled first, and answered when the page's button has opened it again.
async function login() {
  const context = await browser.newContext();
  let dialogs = 0;
  await show('login', context, null, 401, 'This is a private gateway', async page => {
    const devtools = await context.newCDPSession(page);
    // a request that the page makes as it closes, its icon above all, needs no answer any more
    const say = (method, what) => devtools.send(method, what).catch(e => { if (!/has been closed/.test(e.message)) throw e; });
    devtools.on('Fetch.requestPaused', ({ requestId }) => say('Fetch.continueRequest', { requestId }));
    devtools.on('Fetch.authRequired', ({ requestId }) => say('Fetch.continueWithAuth', {
      requestId,
      authChallengeResponse: dialogs++ ? { response: 'ProvideCredentials', username: USERNAME, password: PASSWORD } : { response: 'CancelAuth' },
    }));
    await devtools.send('Fetch.enable', { handleAuthRequests: true });
    return page.goto(PUBLIC + '/');
  }, async page => {
    await page.getByRole('link', { name: 'Log in' }).click();
    await check('pages: login opens its dialog again, and then the gateway', ['The gateway', 2], async () => {
      await eventually(10, () => page.title().then(title => title === 'The gateway', () => false));
      return [await page.title(), dialogs];
    });
  });
  await context.close();
}

async function starting(owner) {
  const page = await owner.newPage();
  const requests = [], troubles = [];
  page.on('console', message => { if (message.type() === 'error') troubles.push(message.text()); });
  page.on('request', request => requests.push(request.url()));
  await check('pages: starting is a page with status 503 that comes again', [503, '3', '3'], async () => {
    const response = await page.goto(PUBLIC + '/');
    return [response.status(), response.headers()['refresh'], response.headers()['retry-after']];
  });
  await page.route('**', route => route.abort());   // it must not reload under the looking glass
  await look('starting', page, troubles, requests);
  await page.unroute('**');
  await page.goto(PUBLIC + '/');
  const gateway = await standIn();
  await check('pages: starting gives way to the gateway by itself', 'The gateway', async () => {
    await eventually(10, () => page.title().then(title => title === 'The gateway', () => false));
    return page.title();
  });
  gateway.closeAllConnections();
  await new Promise(resolve => gateway.close(resolve));
  await page.close();
}

async function logout(owner) {
  const cookies = async () => (await owner.cookies(PUBLIC)).filter(cookie => cookie.name.startsWith('__Host-seawall-')).length;
  await check('pages: the owner has a session', 1, cookies);
  await show('logout', owner, '/.seawall/logout', 200, 'Log out?');
  await check('pages: asking to log out logs nobody out', 1, cookies);
  await show('logged-out', owner, null, 200, 'You are logged out', async page => {
    await page.goto(`${PUBLIC}/.seawall/logout`);
    await page.keyboard.press('Tab');
    await check('pages: logout is in the keyboard\'s reach, and shows it', ['BUTTON', true], () => page.evaluate(() =>
      [document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle === 'solid']));
    const [response] = await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    return response;
  });
  await check('pages: logging out ends the session', 0, cookies);
}

/// Posts a form from a page at `from`.
async function post(page, from, body) {
  await page.goto(from);
  const [response] = await Promise.all([page.waitForNavigation(), page.evaluate(([action, value]) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action });
    if (value) form.append(Object.assign(document.createElement('input'), { name: 'x', value }));
    document.body.append(form);
    form.submit();
  }, [`${PUBLIC}/.seawall/logout`, body])]);
  return response;
}

/** A different one each time: the same again is no further guess. */
function guess() {
  return fetch(PUBLIC, { headers: { authorization: 'Basic ' + btoa(`admin:wrong ${guesses++}`) } }).then(answer => answer.text());
}

/// Those that are no browsers get no page.
async function others() {
  const id = '[0-9a-f]{32}';
  const json = (code, answer) => [answer.headers.get('content-type'), JSON.parse(answer.body).error.code === code,
    JSON.parse(answer.body).error.request_id === answer.headers.get('x-request-id')];
  await check('pages: curl gets text that ends in a line', matching(new RegExp(`^This is a private gateway\\..*\nrequest ${id}\n$`)),
    async () => (await curl('/')).body);
  await check('pages: who accepts JSON gets JSON', ['application/json', true, true],
    async () => json('unauthorized', await curl('/', 'Accept: application/json')));
  await check('pages: the API speaks JSON whoever asks', ['application/json', true, true],
    async () => json('unauthorized', await curl('/v1/models')));
  await check('pages: webhooks, too', ['application/json', true, true],
    async () => json('starting', await curl('/hooks/wake', hooksToken, '--data', '{}')));
  const head = await curl('/', 'Accept: text/html', '--head');
  await check('pages: HEAD gets the head of the page', [401, 'text/html; charset=utf-8', true, ''],
    () => [head.status, head.headers.get('content-type'), Number(head.headers.get('content-length')) > 1000, head.body]);
  const page = await curl('/', 'Accept: text/html', password);
  await check('pages: the headers are strict', {
    'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin', csp: true,
  }, () => ({
    'cache-control': page.headers.get('cache-control'), 'x-content-type-options': page.headers.get('x-content-type-options'),
    'referrer-policy': page.headers.get('referrer-policy'),
    csp: /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/.test(
      page.headers.get('content-security-policy')),
  }));
  await check('pages: too large a head gets a line', matching(new RegExp(`^Refused: .*\nrequest ${id}\n$`)),
    async () => (await curl('/', '--http1.1', `X: ${'x'.repeat(40_000)}`)).body);
}

/// A gateway whose paths are its moods.
function standIn() {
  const server = http.createServer((request, response) => {
    switch (request.url) {
      case '/untrusting':
        response.writeHead(403, { 'Content-Type': 'application/json', 'Content-Length': 50 });
        return response.end('{"error":{"type":"proxy_attribution_required"}}'.padEnd(50));
      case '/closed': return request.socket.destroy();
      case '/silent': return undefined;
      default:
        response.writeHead(200, { 'Content-Type': 'text/html' });
        return response.end('<!doctype html><title>The gateway</title>');
    }
  });
  return new Promise(resolve => server.listen(GATEWAY_PORT, '127.0.0.1', () => resolve(server)));
}
