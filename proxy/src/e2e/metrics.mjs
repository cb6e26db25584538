// What happened can be read afterwards, by layer, outcome and reason.
import { atLeast, check } from './check.mjs';
import { status } from './curl.mjs';
import { metrics, total } from './metric.mjs';
import { ADMIN, bearer, gatewayToken, hooksToken, password } from './world.mjs';

const wake = ['Content-Type: application/json', '--data', '{"text":"high water","mode":"next-heartbeat"}'];
const wrong = bearer('0'.repeat(64));
await status('/', password);
await status('/', '--user', 'admin:wrong-and-long-enough');
await status('/');
await status('/v1/models', gatewayToken);
await status('/v1/models', wrong);
await status('/hooks/wake', ...wake, hooksToken);
await status('/hooks/wake', ...wake, wrong);

const samples = await metrics();
const attempts = samples.filter(sample => sample.name === 'seawall_auth_attempts_total' && sample.value > 0);
for (const layer of ['basic', 'gateway', 'hooks'])
  for (const outcome of ['granted', 'denied'])
    await check(`metrics: ${outcome} attempts of layer ${layer} are counted`, atLeast(1), () =>
      total(samples, 'seawall_auth_attempts_total', { layer, outcome }));
await check('metrics: every attempt has a layer, an outcome and a reason', true, () =>
  attempts.length > 0 && attempts.every(({ labels }) => labels.layer && labels.outcome && labels.reason));
await check('metrics: a missing and a wrong credential are told apart', atLeast(3), () =>
  new Set(attempts.map(({ labels }) => labels.reason)).size);
await check('metrics: requests are counted by route and status', atLeast(1), () =>
  total(samples, 'seawall_requests_total', { route: 'api', status: '200' }));
await check('metrics: the gateway is up', 1, () => total(samples, 'seawall_upstream_up'));
await check('metrics: /readyz of the admin listener', 200, async () => (await fetch(`${ADMIN}/readyz`)).status);
