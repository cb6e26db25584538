// A person at the published port: one password, one approval on the host, and the Control UI is connected.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { check, eventually } from '../../proxy/src/e2e/check.mjs';
import { Observer } from '../../proxy/src/e2e/observer.mjs';

const { PUBLIC, AUTH_PASSWORD, OPENCLAW_GATEWAY_TOKEN, CHROMIUM, BROWSER_PORT, SPKI, MODULES, APPROVE } = process.env;
const { chromium } = createRequire(path.join(MODULES, 'package.json'))('playwright-core');

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  headless: true,
  args: [`--remote-debugging-port=${BROWSER_PORT}`, `--ignore-certificate-errors-spki-list=${SPKI}`, '--headless',
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const observer = await Observer.on(BROWSER_PORT, { username: 'admin', password: AUTH_PASSWORD });
  const page = await (await browser.newContext()).newPage();
  const reply = found => observer.messages.find(message => message.type === 'res' && found(message));
  const unpaired = () => reply(message => message.error?.details?.code === 'PAIRING_REQUIRED');

  await check('a browser: the page opens after one login', 200, async () =>
    (await page.goto(`${PUBLIC}/#token=${OPENCLAW_GATEWAY_TOKEN}`, { waitUntil: 'domcontentloaded', timeout: 60_000 })).status());
  await check('a browser: it is new to the gateway, and must be approved', true, async () => !!await eventually(60, unpaired));
  await check('a browser: approved, it is connected', true, async () => {
    await promisify(execFile)('/bin/sh', ['-c', `${APPROVE} ${unpaired().error.details.requestId}`], { timeout: 90_000 });
    return !!await eventually(60, () => reply(message => message.payload?.type === 'hello-ok'));
  });
  await check('a browser: one login dialog', 1, () => observer.dialogs);
  observer.close();
} finally {
  await browser.close();
}
