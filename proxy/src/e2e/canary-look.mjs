// No secret of this run may be anywhere in what Seawall wrote, from its first line to its last.
import fs from 'node:fs';
import { check } from './check.mjs';
import { BASIC, GATEWAY_TOKEN, HOOKS_TOKEN, PASSWORD, RUN } from './world.mjs';

const read = name => fs.existsSync(`${RUN}/${name}`) ? fs.readFileSync(`${RUN}/${name}`, 'utf8') : '';
const secrets = {
  'the password': [PASSWORD, encodeURIComponent(PASSWORD)],
  'the gateway token': [GATEWAY_TOKEN],
  'the hooks token': [HOOKS_TOKEN],
  'user:password in base64': [BASIC.split(' ')[1], encodeURIComponent(BASIC.split(' ')[1])],
  'the session cookies': read('sessions').split('\n').filter(Boolean),
};

for (const [place, file] of [['the log', 'seawall.log'], ['/metrics', 'metrics']]) {
  const text = read(file);
  await check(`canary: ${place} is there to look at`, true, () => text.length > 500);
  for (const [name, values] of Object.entries(secrets))
    await check(`canary: ${place} without ${name}`, [], () =>
      text.split('\n').filter(line => values.some(value => line.includes(value))).slice(0, 2));
}
