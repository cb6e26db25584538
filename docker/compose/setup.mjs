// What OpenClaw has to know of the proxy in front of it, written into its configuration by its own command line. Nothing
// else in the configuration changes, and no secret is written: the hooks token stays a reference to the environment.
import { spawnSync } from 'node:child_process';

const { PORT, SEAWALL_HOSTS, OPENCLAW_ALLOWED_ORIGINS, HOOKS_ENABLED, HOOKS_PATH } = process.env;
const list = text => (text ?? '').split(',').map(word => word.trim()).filter(Boolean);
const port = PORT === '443' ? '' : `:${PORT}`;

const origins = list(OPENCLAW_ALLOWED_ORIGINS);
if (origins.length === 0) {
  origins.push(...['localhost', '127.0.0.1', ...list(SEAWALL_HOSTS)].map(host => `https://${host}${port}`));
}
const settings = {
  'gateway.mode': 'local',
  'gateway.bind': 'loopback',
  'gateway.trustedProxies': ['127.0.0.1'],
  'gateway.controlUi.allowedOrigins': origins,
};
if (HOOKS_ENABLED === 'true') {
  Object.assign(settings, { 'hooks.enabled': true, 'hooks.path': HOOKS_PATH, 'hooks.token': '${HOOKS_TOKEN}' });
}
const batch = JSON.stringify(Object.entries(settings).map(([path, value]) => ({ path, value })));
const { status } = spawnSync('node', ['openclaw.mjs', 'config', 'set', '--batch-json', batch], { stdio: 'inherit' });
process.exit(status ?? 1);
