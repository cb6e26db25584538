// Three credentials, three layers: each opens its own and no other.
import fs from 'node:fs';
import { check, success } from './check.mjs';
import { curl, status } from './curl.mjs';
import { gatewayToken, hooksToken, password, RUN } from './world.mjs';

const wake = ['Content-Type: application/json', '--data', '{"text":"high water","mode":"next-heartbeat"}'];
const places = { ui: ['/'], api: ['/v1/models'], hooks: ['/hooks/wake', ...wake] };
const jar = `${RUN}/cookies`;

await check('independence: a login gives the session cookie', true, async () => {
  await curl('/', password, '--cookie-jar', jar);
  return fs.readFileSync(jar, 'utf8').includes('__Host-seawall-');
});
const cookie = ['--cookie', jar];

const opens = async (name, credential, place) =>
  check(`independence: ${name} on ${place}`, success, () => status(...places[place], ...credential));
const isRefused = async (name, credential, place) =>
  check(`independence: ${name} on ${place}`, 401, () => status(...places[place], ...credential));

await opens('the password', [password], 'ui');
await isRefused('the password', [password], 'api');
await isRefused('the password', [password], 'hooks');

await opens('the session', cookie, 'ui');
await isRefused('the session', cookie, 'api');
await isRefused('the session', cookie, 'hooks');

await opens('the gateway token', [gatewayToken], 'api');
await isRefused('the gateway token', [gatewayToken], 'ui');
await isRefused('the gateway token', [gatewayToken], 'hooks');

await opens('the hooks token', [hooksToken], 'hooks');
await isRefused('the hooks token', [hooksToken], 'ui');
await isRefused('the hooks token', [hooksToken], 'api');

await isRefused('nothing', [], 'ui');
await isRefused('nothing', [], 'api');
await isRefused('nothing', [], 'hooks');

await check('independence: nothing on ui is asked for a password', 'Basic', async () =>
  (await curl('/')).headers.get('www-authenticate')?.split(' ')[0]);
await check('independence: the gateway token on ui is not asked for a password', false, async () =>
  /basic/i.test((await curl('/', gatewayToken)).headers.get('www-authenticate')));
