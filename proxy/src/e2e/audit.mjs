// The same installation, good and then with everything wrong at once, as OpenClaw and as Seawall see it.
import fs from 'node:fs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { check, containing } from './check.mjs';

const run = promisify(execFile);
const { RUN, OPENCLAW, ROOT } = process.env;
const TOKEN = '5d1f3c8a97b24e60a1c7f9d2e8b3640f5d1f3c8a97b24e60a1c7f9d2e8b3640f';
const HOOKS = '8c2e7f10d4b94a6593be01d7a6f5c832';
const KEY = 'sk-ant-api03-' + 'k7Qz'.repeat(8);

const good = {
  gateway: {
    mode: 'local', bind: 'loopback', trustedProxies: ['127.0.0.1'], publicOrigin: 'https://claw.example.com',
    auth: { mode: 'token', token: '${OPENCLAW_GATEWAY_TOKEN}' },
    controlUi: { allowedOrigins: ['https://claw.example.com'] },
  },
  hooks: { enabled: true, path: '/hooks', token: '${HOOKS_TOKEN}' },
  agents: { defaults: { sandbox: { mode: 'non-main' } } },
};
const bad = {
  gateway: {
    mode: 'local', bind: 'lan', allowRealIpFallback: true,
    auth: { mode: 'token', token: 'short' },
    controlUi: { allowedOrigins: ['*'], dangerouslyAllowHostHeaderOriginFallback: true },
  },
  hooks: { enabled: true, path: '/', token: 'short' },
  models: { providers: { anthropic: { baseUrl: 'https://api.anthropic.com', apiKey: KEY, models: [] } } },
  mcp: { servers: { notes: { command: 'notes', env: { NOTES_API_KEY: 'plain-text-key' } } } },
};

// What OpenClaw calls it, and which of ours must be wrong then.
const OURS = {
  'gateway.bind_no_auth': 'openclaw.auth', 'gateway.loopback_no_auth': 'openclaw.auth', 'gateway.http.no_auth': 'openclaw.auth',
  'gateway.trusted_proxies_missing': 'openclaw.trusted-proxies',
  'gateway.control_ui.allowed_origins_required': 'openclaw.allowed-origins',
  'gateway.control_ui.allowed_origins_wildcard': 'openclaw.allowed-origins',
  'gateway.control_ui.host_header_origin_fallback': 'openclaw.flags', 'gateway.real_ip_fallback_enabled': 'openclaw.flags',
  'config.insecure_or_dangerous_flags': 'openclaw.flags', 'gateway.tailscale_funnel': 'openclaw.flags',
  'gateway.token_too_short': 'keys.openclaw-json', 'gateway.token_placeholder_value': 'keys.openclaw-json',
  'hooks.token_too_short': 'keys.openclaw-json', 'hooks.token_reuse_gateway_token': 'layers.distinct',
  'hooks.path_root': 'openclaw.hooks', 'gateway.env_token_overrides_config': 'openclaw.token', 'gateway.trusted_proxy_auth': 'openclaw.auth',
  'fs.config.perms_world_readable': 'openclaw.file-modes', 'fs.config.perms_group_readable': 'openclaw.file-modes',
  'fs.config.perms_writable': 'openclaw.file-modes', 'fs.state_dir.perms_readable': 'openclaw.file-modes',
  'fs.state_dir.perms_group_writable': 'openclaw.file-modes', 'fs.state_dir.perms_world_writable': 'openclaw.file-modes',
  'config.secrets.gateway_password_in_config': 'keys.openclaw-json', 'config.secrets.hooks_token_in_config': 'keys.openclaw-json',
};
// Theirs about a gateway without a proxy in front, or about agents and channels.
const NOT_OURS = /^(summary|security|tools|skills|plugins|models|channels|browser|sandbox|discovery|logging|sessions)\b|^hooks\.(default_session_key|allowed_agent_ids|request_session|allowed_session)|^gateway\.(http\.session_key|auth_no_rate_limit|probe|tools_invoke|nodes)|^fs\.(synced|credentials|sessions|log_file|auth_profiles)/;

async function world(name, config, modes) {
  const folder = `${RUN}/${name}`;
  const state = `${folder}/.openclaw`;
  fs.mkdirSync(state, { recursive: true });
  fs.writeFileSync(`${state}/openclaw.json`, JSON.stringify(config, null, 2));
  fs.chmodSync(`${state}/openclaw.json`, modes.file);
  fs.chmodSync(state, modes.folder);
  const env = {
    PATH: process.env.PATH, HOME: folder, OPENCLAW_STATE_DIR: state, OPENCLAW_CONFIG_PATH: `${state}/openclaw.json`,
    OPENCLAW_GATEWAY_TOKEN: TOKEN, HOOKS_TOKEN: HOOKS, NO_COLOR: '1', OPENCLAW_DISABLE_BONJOUR: '1',
  };
  const openclaw = async (...words) => JSON.parse((await run(process.execPath, [OPENCLAW, ...words, '--json'],
    { env, cwd: folder, timeout: 120_000, maxBuffer: 1 << 24 }).catch(e => e)).stdout);
  const empty = `${folder}/seawall`;
  fs.mkdirSync(empty);
  const seawall = await run(`${ROOT}/seawall`, ['audit', '--json'], {
    cwd: empty, timeout: 120_000,
    env: {
      PATH: process.env.PATH, HOME: process.env.HOME, OPENCLAW_STATE_DIR: state, AUTH_PASSWORD: 'correct-horse-battery-9-staple',
      OPENCLAW_GATEWAY_TOKEN: TOKEN, HOOKS_ENABLED: 'true', HOOKS_TOKEN: HOOKS, SEAWALL_HOSTS: 'claw.example.com',
    },
  }).catch(e => e);
  const text = seawall.stdout;
  return {
    theirs: (await openclaw('security', 'audit')).findings, secrets: (await openclaw('secrets', 'audit')).findings,
    ours: Object.fromEntries(JSON.parse(text).findings.map(f => [f.id, f])), text,
  };
}

const wrong = finding => ['fail', 'warn'].includes(finding?.status);

const [fine, all] = await Promise.all([
  world('good', good, { file: 0o600, folder: 0o700 }), world('bad', bad, { file: 0o644, folder: 0o755 }),
]);
for (const id of Object.keys(fine.ours).filter(id => /^(openclaw|keys|layers)\.|^binding\.config/.test(id) && id !== 'openclaw.version')) {
  await check(`a good installation: ${id} passes`, 'pass', () => fine.ours[id].status === 'unknown' && id === 'layers.age'
    ? 'pass' : fine.ours[id].status);
}
await check('a good installation: what OpenClaw finds there is none of a proxy', [],
  () => fine.theirs.map(f => f.checkId).filter(id => OURS[id] && id !== 'config.secrets.hooks_token_in_config'));

await check('a bad installation: OpenClaw finds it bad', true, () => all.theirs.length > 8 && all.secrets.length > 0);
for (const { checkId, title } of all.theirs) {
  if (OURS[checkId]) {
    await check(`OpenClaw's ${checkId}: ${OURS[checkId]} finds it`, true, () => wrong(all.ours[OURS[checkId]]));
  } else {
    await check(`OpenClaw's ${checkId} (${title}) is none of a proxy`, true, () => NOT_OURS.test(checkId));
  }
}
for (const { jsonPath, file } of all.secrets.filter(f => f.file.endsWith('openclaw.json'))) {
  await check(`OpenClaw's secret at ${jsonPath}: keys.openclaw-json names it`, containing(jsonPath), () => all.ours['keys.openclaw-json'].found);
}
await check('a key that OpenClaw does not find: keys.openclaw-json names it', containing('mcp.servers.notes.env.NOTES_API_KEY'),
  () => all.ours['keys.openclaw-json'].found);
await check('the key itself is shown nowhere', false, () => all.text.includes(KEY) || all.text.includes('plain-text-key'));
await check('the binding is what it says', 'fail', () => all.ours['binding.config'].status);
