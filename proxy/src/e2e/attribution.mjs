// Whatever a client claims about its address, the gateway sees an unknown client from afar: no silent pairing, no refusal.
import { check } from './check.mjs';
import { status } from './curl.mjs';
import { Device } from './device.mjs';
import { upgrade } from './websocket-client.mjs';
import { BASIC, GATEWAY_PORT, password } from './world.mjs';

const claims = {
  'no claim': {},
  'X-Forwarded-For: 127.0.0.1': { 'X-Forwarded-For': '127.0.0.1' },
  'X-Real-IP: 127.0.0.1': { 'X-Real-IP': '127.0.0.1' },
  'Forwarded: for=127.0.0.1': { Forwarded: 'for=127.0.0.1' },
  'X-Forwarded-Proto: http': { 'X-Forwarded-Proto': 'http' },
  'X_Forwarded_For: 127.0.0.1': { X_Forwarded_For: '127.0.0.1' },
  'Tailscale-User-Login: admin': { 'Tailscale-User-Login': 'admin' },
};

for (const [name, headers] of Object.entries(claims)) {
  const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}`);
  await check(`attribution: a page with ${name}`, 200, () => status('/', password, ...lines));
  await check(`attribution: pairing is required with ${name}`, 'PAIRING_REQUIRED', async () => {
    const socket = await upgrade('/', { Authorization: BASIC, ...headers }, { from: '127.2.0.4' });
    const answer = await new Device().connect(socket);
    socket.end();
    return answer.error?.details?.code ?? answer.payload?.type;
  });
}

await check('attribution: without Seawall the same device is let in silently', 'hello-ok', async () => {
  const socket = await upgrade('/', { Host: `127.0.0.1:${GATEWAY_PORT}` }, { at: `http://127.0.0.1:${GATEWAY_PORT}` });
  const answer = await new Device().connect(socket);
  socket.end();
  return answer.payload?.type ?? answer.error?.details?.code;
});
