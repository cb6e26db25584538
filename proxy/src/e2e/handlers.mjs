// Which of the gateway's handlers answers a path, by what each of them says of itself.
import http from 'node:http';
import net from 'node:net';

const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
let client = 0;

/// A new client each time, so that the gateway's own limits for one do not answer instead of the handler.
const clientAddress = () => { client++; return `198.18.${client >> 8 & 255}.${client & 255}`; };

/// The handler's name; `none` where the gateway has nothing.
export async function handlerOf(path, gateway) {
  const [get, post] = await Promise.all([ask('GET', path, gateway), ask('POST', path, gateway)]);
  return named(get) ?? named(post) ?? (get.status === 404 && get.body === 'Not Found' ? 'none' : `other ${get.status} ${get.body.slice(0, 60)}`);
}

function named({ method, status, headers, body }) {
  if (body.startsWith('Hook token must be provided')) return 'hooks';
  if (/"object":"(list|model)"|Missing user message|tools\.invoke requires|Session not found|invalid session key|missing scope: operator\.admin|invalid_request_error|model_not_found/.test(body)) return 'api';
  // of all handlers only webhooks and the API take POST alone
  if (method === 'GET' && status === 405 && headers.allow === 'POST') return 'api';
  if (body === '{"error":"not_found"}' || body === '{"error":"rate_limited"}') return 'join';
  if (/^Upgrade Required: connect the OpenClaw Chrome extension/.test(body)) return 'plugin';
  if (/"status":"live"|"ready":(true|false)|"status":"start/.test(body)) return 'probe';
  if (body === 'not found' || headers['content-type'] === 'text/javascript') return 'canvas';
  if (status === 200 && /^(application\/(javascript|manifest)|text\/css|image\/|font\/)/.test(headers['content-type'])) return 'static';
  if (body === 'This public session is unavailable.') return 'share';
  return undefined;
}

/// The answer to a navigation without any credential.
export const asStranger = (path, gateway) => ask('GET', path, gateway, { Accept: 'text/html,*/*' }, '');

function ask(method, path, { port, token }, fields = { Authorization: `Bearer ${token}`, Accept: 'application/json', 'Content-Type': 'application/json' },
  query = '?token=probe', again = true) {
  return new Promise((resolve, reject) => {
    const headers = { 'X-Forwarded-For': clientAddress(), ...fields };
    const request = http.request({ host: '127.0.0.1', port, agent: again && agent, method, path: path + query, headers }, answer => {
      const parts = [];
      answer.on('data', part => parts.push(part)).on('error', reject)
        .on('end', () => resolve({ method, status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString().slice(0, 2000) }));
    });
    request.setTimeout(20_000, () => request.destroy(new Error(`no answer to ${method} ${path}`)));
    // the gateway closes a connection that was idle for six seconds, which may cross a request, and the next one may be idle as long
    request.on('error', error => again && request.reusedSocket ? resolve(ask(method, path, { port, token }, fields, query, false)) : reject(error));
    request.end(method === 'POST' ? '{}' : undefined);
  });
}

/// What a WebSocket on the path is: `control`, or how it is refused.
export function socketOf(path, { port }) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: ${clientAddress()}\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'));
    let text = '';
    const done = () => {
      socket.destroy();
      resolve(text.includes('connect.challenge') ? 'control' : text.includes('Worker websocket') ? 'worker' : `other ${text.slice(9, 12)}`);
    };
    socket.setTimeout(3_000, done).on('error', reject).on('close', done)
      .on('data', data => { text += data.toString('latin1'); if (text.includes('connect.challenge')) done(); });
  });
}
