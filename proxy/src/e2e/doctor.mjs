// doctor.mjs good|untrusting|foreign|token: `seawall doctor` finds nothing wrong with a good pair, and in a spoilt one
// exactly what was spoilt.
import { execFile } from 'node:child_process';
import { check, containing, eventually } from './check.mjs';
import { curl } from './curl.mjs';
import { devices } from './openclaw.mjs';
import { BASIC, GATEWAY_PORT, GATEWAY_TOKEN, gatewayToken, HOOKS_TOKEN, HOST, PASSWORD, PUBLIC, RUN, USERNAME } from './world.mjs';

const env = {
  PATH: process.env.PATH, HOME: process.env.HOME, PORT: process.env.PUBLIC_PORT, SEAWALL_BIND: '127.0.0.1',
  AUTH_USERNAME: USERNAME, AUTH_PASSWORD: PASSWORD, OPENCLAW_GATEWAY_TOKEN: GATEWAY_TOKEN, HOOKS_ENABLED: 'true',
  HOOKS_TOKEN, SEAWALL_UPSTREAM: `127.0.0.1:${GATEWAY_PORT}`, SEAWALL_STATE_DIR: `${RUN}/state`,
  SEAWALL_SANDBOX_PORT: process.env.SANDBOX_PORT, SEAWALL_PORTALS: 'preview.example.net',
  SEAWALL_PORTALS_PORT: process.env.PORTALS_PORT,
};

const doctor = (...words) => new Promise(resolve => execFile(process.env.SEAWALL, ['doctor', ...words],
  { env, cwd: `${RUN}/empty`, timeout: 120_000 }, (trouble, out, err) => resolve({ code: trouble?.code ?? 0, out, err })));

async function report(...words) {
  const { code, out, err } = await doctor('--json', ...words);
  const { findings } = JSON.parse(out);
  const ids = (...statuses) => findings.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
  return { code, out: out + err, ids, wrong: ids('fail', 'warn', 'unknown'), fix: id => findings.find(f => f.id === id)?.fix };
}

/// The gateway takes changes of its configuration over within a second or two.
async function finds(what, id, fix) {
  let last;
  await eventually(45, async () => (last = await report()).wrong.join() === id);
  await check(`doctor: ${what}: finds that, and nothing else`, [id], () => last.wrong);
  await check(`doctor: ${what}: says which line to change`, containing(fix), () => last.fix(id));
  await check(`doctor: ${what}: exit code 1`, 1, () => last.code);
}

const phases = {
  async good() {
    const message = { model: 'openclaw', messages: [{ role: 'user', content: 'chunks=1 delay=1 size=1' }] };
    await check('doctor: there is a conversation to follow', 200, async () => (await curl('/v1/chat/completions', gatewayToken,
      'Content-Type: application/json', '--data', JSON.stringify(message))).status);
    const before = await devices();
    const here = await report();
    await check('doctor: nothing is wrong with a good pair', [], () => here.wrong);
    await check('doctor: every check was made', [], () => here.ids('skipped'));
    await check('doctor: exit code 0', 0, () => here.code);
    const address = await report('--url', PUBLIC);
    await check('doctor: nothing is wrong with its address', [], () => address.wrong);
    await check('doctor: no plain port, so no redirect', ['url.redirect'], () => address.ids('skipped'));
    await check('doctor: the gateway is left with the devices and requests it had', before, devices);
    const people = await doctor('--url', PUBLIC);
    const secrets = [PASSWORD, GATEWAY_TOKEN, HOOKS_TOKEN, BASIC.split(' ')[1]];
    await check('doctor: prints no secret', [], () => secrets.filter(secret => (here.out + address.out + people.out + people.err).includes(secret)));
    await check('doctor: tells people the same', containing('pass    gateway.attribution'), () => people.out);
  },

  untrusting: () => finds('trustedProxies removed', 'gateway.attribution', 'gateway.trustedProxies: ["127.0.0.1"]'),
  foreign: () => finds('allowedOrigins without ours', 'gateway.origins', `:${HOST.split(':')[1]}"`),
  token: () => finds('another gateway token', 'gateway.token', 'OPENCLAW_GATEWAY_TOKEN'),
};
await phases[process.argv[2]]();
