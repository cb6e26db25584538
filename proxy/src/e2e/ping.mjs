// The gateway pings every 25 s and cuts whoever does not answer: both frames must pass from end to end.
import { check, eventually } from './check.mjs';
import { Device } from './device.mjs';
import { approve } from './openclaw.mjs';
import { upgrade } from './websocket-client.mjs';
import { BASIC } from './world.mjs';

const open = () => upgrade('/', { Authorization: BASIC }, { from: '127.2.0.1' });
const device = new Device();

const unpaired = await open();
const refusal = await device.connect(unpaired);
unpaired.end();
await approve(refusal.error.details.requestId);

const paired = await open();
await check('ping: an approved device is connected', 'hello-ok', async () => (await device.connect(paired)).payload?.type);
await check("ping: the gateway's ping reaches an idle client", true, () => eventually(35, () => paired.pings > 0));
paired.end();
