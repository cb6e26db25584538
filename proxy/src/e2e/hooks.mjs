// Webhooks: the hooks token in either header, nothing else, and only by POST.
import { check, success } from './check.mjs';
import { status } from './curl.mjs';
import { bearer, HOOKS_TOKEN, hooksToken } from './world.mjs';

const wake = ['Content-Type: application/json', '--data', '{"text":"high water","mode":"next-heartbeat"}'];
const post = (...credential) => status('/hooks/wake', ...wake, ...credential);

await check('hooks: a Bearer token wakes the gateway', success, () => post(hooksToken));
await check('hooks: x-openclaw-token wakes the gateway', success, () => post(`x-openclaw-token: ${HOOKS_TOKEN}`));
await check('hooks: a wrong Bearer token', 401, () => post(bearer('0'.repeat(32))));
await check('hooks: a wrong x-openclaw-token', 401, () => post('x-openclaw-token: ' + '0'.repeat(32)));
await check('hooks: no token', 401, () => post());
await check('hooks: the token in the query', 400, () => status(`/hooks/wake?token=${HOOKS_TOKEN}`, ...wake));
await check('hooks: the token in the query and in a header', 400, () => status(`/hooks/wake?token=${HOOKS_TOKEN}`, ...wake, hooksToken));
await check('hooks: GET', 405, () => status('/hooks/wake', hooksToken));
