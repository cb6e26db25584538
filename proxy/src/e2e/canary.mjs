// Puts every secret where a careless log would write it down. canary-look.mjs looks for them when Seawall has stopped.
import { check } from './check.mjs';
import { curl } from './curl.mjs';
import { BASIC, bearer, GATEWAY_TOKEN, HOOKS_TOKEN, password, PASSWORD, RUN } from './world.mjs';
import fs from 'node:fs';

const base64 = BASIC.split(' ')[1];
const [, name, session] = (await curl('/', password)).headers.get('set-cookie')?.match(/(__Host-seawall-[0-9a-f]{8})=([^;]*)/) ?? [];
fs.appendFileSync(`${RUN}/sessions`, `${session}\n`);

for (const secret of [PASSWORD, GATEWAY_TOKEN, HOOKS_TOKEN, base64, session]) {
  const inUrl = encodeURIComponent(secret);
  await curl(`/?token=${inUrl}`);
  await curl(`/${inUrl}`, password);
  await curl(`/v1/${inUrl}?key=${inUrl}`);
  await curl(`/hooks/${inUrl}?token=${inUrl}`, '--data', '{}');
  await curl('/', bearer(secret), `Cookie: ${name}=${secret}x; __Host-seawall=${secret}x; other=${secret}`);
  await curl('/', '--user', `${secret}:wrong-and-long-enough`);
  await curl('/', `Host: ${secret.replaceAll(/\W/g, '')}.example`, `User-Agent: ${secret}`, `Referer: https://example.com/${secret}`);
}
await check('canary: a session was opened', true, () => session?.length > 16);
