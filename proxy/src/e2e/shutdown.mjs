// shutdown.mjs PID: SIGTERM ends Seawall in good order, WebSockets told first.
import { check } from './check.mjs';
import { upgrade } from './websocket-client.mjs';
import { BASIC } from './world.mjs';

const pid = Number(process.argv[2]);
const socket = await upgrade('/', { Authorization: BASIC }, { from: '127.2.0.5' });
process.kill(pid, 'SIGTERM');
const begin = Date.now();

await check('shutdown: an open WebSocket is closed with 1012', 1012, () => Promise.race([socket.closed, late()]));
await check('shutdown: Seawall is gone within 40 s', true, async () => {
  while (alive() && Date.now() - begin < 40_000) await new Promise(resolve => setTimeout(resolve, 100));
  return !alive();
});
socket.end();

function alive() {
  try { return process.kill(pid, 0); } catch { return false; }
}
function late() {
  return new Promise(resolve => setTimeout(resolve, 40_000, 'nothing for 40 s').unref());
}
