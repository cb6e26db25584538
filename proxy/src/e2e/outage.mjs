// outage.mjs untrusting|stopped|back: a gateway that refuses the proxy, then none, then a good one; Seawall runs on.
import fs from 'node:fs';
import { check, containing, eventually, matching } from './check.mjs';
import { curl, status } from './curl.mjs';
import { metrics, total } from './metric.mjs';
import { gatewayToken, password, RUN } from './world.mjs';

const navigation = ['Accept: text/html', password];
const ownReadiness = { means: '200 or 503', holds: status => status === 200 || status === 503 };
const log = () => fs.readFileSync(`${RUN}/seawall.log`, 'utf8');

const phases = {
  async untrusting() {
    const before = total(await metrics(), 'seawall_upstream_errors_total');
    await check('outage: without trustedProxies the page names the setting', containing('trustedProxies'), async () =>
      (await curl('/', ...navigation)).body);
    await check('outage: without trustedProxies the log names the setting', true, () => eventually(5, () => log().includes('trustedProxies')));
    await check('outage: without trustedProxies upstream errors are counted', true, async () =>
      total(await metrics(), 'seawall_upstream_errors_total') > before);
    await check("outage: without trustedProxies /readyz still answers: it is Seawall's own", ownReadiness, () => status('/readyz'));
  },

  async stopped() {
    const page = await curl('/', ...navigation);
    await check('outage: without a gateway a page is 503', 503, () => page.status);
    await check('outage: without a gateway the page is HTML', matching(/^text\/html/), () => page.headers.get('content-type'));
    await check('outage: without a gateway the page says when to retry', matching(/^\d+$/), () => page.headers.get('retry-after'));
    const api = await curl('/v1/models', gatewayToken);
    await check('outage: without a gateway the API is 503', 503, () => api.status);
    await check('outage: without a gateway the API sends no HTML', false, () => /html/i.test(api.headers.get('content-type') + api.body));
    await check('outage: without a gateway unauthenticated clients still get 401', [401, 401], async () => [await status('/'), await status('/v1/models')]);
    await check('outage: without a gateway /healthz still answers', 200, () => status('/healthz'));
  },

  async back() {
    await check('outage: the gateway is back, and Seawall with it', true, () =>
      eventually(10, async () => await status('/', ...navigation) === 200));
    await check('outage: the API is back too', 200, () => status('/v1/models', gatewayToken));
  },
};
await phases[process.argv[2]]();
