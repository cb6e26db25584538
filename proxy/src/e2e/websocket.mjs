// The control WebSocket: who may open it, from where, and that what the gateway says first arrives.
import { check } from './check.mjs';
import { upgrade } from './websocket-client.mjs';
import { BASIC, GATEWAY_TOKEN, PUBLIC } from './world.mjs';

const from = '127.2.0.3';

await check('websocket: the password opens it, and the challenge arrives', [101, 'connect.challenge'], async () => {
  const socket = await upgrade('/', { Authorization: BASIC, Origin: PUBLIC }, { from });
  const { event } = await socket.next();
  socket.end();
  return [socket.status, event];
});

const refused = (name, expected, headers) => check(`websocket: ${name}`, expected, async () => {
  const socket = await upgrade('/', headers, { from });
  socket.end();
  return socket.status;
});
await refused('an Origin of somebody else', 403, { Authorization: BASIC, Origin: 'https://example.com' });
await refused('Origin: null', 403, { Authorization: BASIC, Origin: 'null' });
await refused('an Origin with another port', 403, { Authorization: BASIC, Origin: 'https://127.0.0.1:1' });
await refused('no credential', 401, { Origin: PUBLIC });
await refused('the gateway token instead of the password', 401, { Authorization: `Bearer ${GATEWAY_TOKEN}`, Origin: PUBLIC });
