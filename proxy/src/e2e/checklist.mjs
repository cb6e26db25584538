// `seawall audit` beside a running pair: what it says of the real gateway's listener, process and state folder.
import { execFile } from 'node:child_process';
import { check, containing } from './check.mjs';
import { BASIC, GATEWAY_PORT, GATEWAY_TOKEN, HOOKS_TOKEN, PASSWORD, RUN, USERNAME } from './world.mjs';

const env = {
  PATH: process.env.PATH, HOME: process.env.HOME, PORT: process.env.PUBLIC_PORT, SEAWALL_BIND: '127.0.0.1',
  SEAWALL_ALLOWED_ORIGINS: `https://127.0.0.1:${process.env.PUBLIC_PORT}`, AUTH_USERNAME: USERNAME, AUTH_PASSWORD: PASSWORD,
  OPENCLAW_GATEWAY_TOKEN: GATEWAY_TOKEN, HOOKS_ENABLED: 'true', HOOKS_TOKEN, OPENCLAW_HOOKS_TOKEN: HOOKS_TOKEN,
  SEAWALL_UPSTREAM: `127.0.0.1:${GATEWAY_PORT}`, SEAWALL_STATE_DIR: `${RUN}/state`, OPENCLAW_STATE_DIR: `${RUN}/openclaw`,
};
const audit = (...words) => new Promise(resolve => execFile(process.env.SEAWALL, ['audit', ...words],
  { env, cwd: `${RUN}/empty`, timeout: 120_000 }, (trouble, out, err) => resolve({ code: trouble?.code ?? 0, out, err })));

const { code, out, err } = await audit('--json');
const { findings, fine } = JSON.parse(out);
const of = id => findings.find(finding => finding.id === id) ?? {};
for (const id of ['binding.listener', 'binding.reach', 'binding.config', 'binding.others', 'layers.gateway-token', 'layers.distinct',
  'openclaw.trusted-proxies', 'openclaw.allowed-origins', 'openclaw.auth', 'openclaw.token', 'openclaw.flags', 'openclaw.hooks',
  'openclaw.file-modes', 'https.tls', 'https.expiry', 'https.names']) {
  await check(`checklist: ${id} passes`, 'pass', () => of(id).status + (of(id).status === 'pass' ? '' : `: ${of(id).found}`));
}
await check('checklist: the listener is the real one', containing(`127.0.0.1:${GATEWAY_PORT} (`), () => of('binding.listener').found);
await check('checklist: a key in openclaw.json is found', containing('models.providers.fake.apiKey in openclaw.json'),
  () => of('keys.openclaw-json').found);
await check('checklist: exit code 1, as it says', [1, false], () => [code, fine]);
const people = await audit();
const secrets = [PASSWORD, GATEWAY_TOKEN, HOOKS_TOKEN, BASIC.split(' ')[1]];
await check('checklist: shows no secret', [], () => secrets.filter(secret => (out + err + people.out + people.err).includes(secret)));
await check('checklist: one screen', true, () => people.out.split('\n').length < 60);
