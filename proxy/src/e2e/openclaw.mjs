// The gateway's own command line, as its owner uses it on the host.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GATEWAY_TOKEN, HOOKS_TOKEN, RUN } from './world.mjs';

const home = `${RUN}/openclaw`;

export const approve = device => openclaw('devices', 'approve', device);

/// Who is paired, and who asked to be.
export async function devices() {
  const { pending, paired } = JSON.parse((await openclaw('devices', 'list', '--json')).stdout);
  return { pending: pending.length, paired: paired.length };
}

const openclaw = (...words) => promisify(execFile)(process.execPath, [process.env.OPENCLAW, ...words], {
  timeout: 60_000,
  env: {
    PATH: process.env.PATH, HOME: home, OPENCLAW_STATE_DIR: home, OPENCLAW_CONFIG_PATH: `${home}/openclaw.json`,
    OPENCLAW_GATEWAY_TOKEN: GATEWAY_TOKEN, OPENCLAW_HOOKS_TOKEN: HOOKS_TOKEN, NO_COLOR: '1',
  },
});
