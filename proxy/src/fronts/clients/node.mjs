// Node: its own fetch, the package ws, and undici's WebSocket, which takes HTTP/2 where it is allowed to.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const plan = JSON.parse(fs.readFileSync(process.argv[2]));
const require = createRequire(process.env.PACKAGES);
const { Agent, WebSocket: Undici } = require('undici');
const Ws = require('ws');
const origin = `https://${plan.host}`;
const tell = (scenario, result) => console.log(JSON.stringify({ scenario, ...result }));

async function ask(path, options = {}) {
  try {
    const response = await fetch(origin + path, { redirect: 'manual', ...options });
    const text = await response.text();
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    const found = { status: response.status, cookie };
    try {
      return { ...found, seen: JSON.parse(text) };
    } catch {
      return { ...found, text: text.slice(0, 500) };
    }
  } catch (trouble) {
    return { status: 0, text: `${trouble} ${trouble.cause ?? ''}` };
  }
}
const post = (path, authorization, body) => ask(path,
  { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body });

if (plan.drain) {
  const basic = { headers: { authorization: plan.basic } };
  const before = (await ask('/', basic)).status;
  const slow = await ask(`/v1/slow/${plan.id}`, { headers: { authorization: plan.token } });
  const next = (await ask('/', basic)).status;
  let back = 0;
  for (let i = 0; i < 60 && back !== 200; i++) {
    back = (await ask('/', basic)).status;
    await new Promise(done => setTimeout(done, 200));
  }
  console.log(JSON.stringify({ before, slow: slow.status, whole: slow.seen?.ok ?? false, next, back }));
  process.exit();
}

const page = await ask('/', { headers: { authorization: plan.basic } });
const again = await ask('/', { headers: { cookie: page.cookie ?? '', authorization: 'Bearer of-a-device' } });
tell('page', { ...page, session: again.status });
tell('api', await post('/v1/chat/completions', plan.token, '{"model":"x"}'));

const events = [];
const response = await fetch(`${origin}/v1/stream/${plan.id}`, { headers: { authorization: plan.token } });
for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
  for (const [, event] of piece.matchAll(/data: (.*)\n/g)) {
    events.push(event);
    if (events.length < 3) {
      await ask(`/v1/next/${plan.id}`, { headers: { authorization: plan.token } });
    }
  }
}
tell('stream', { events });

// Both have the browser's interface.
async function conversation(open) {
  const result = {};
  const opened = done => new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('nothing within 10 s')), 10_000);
    const socket = open();
    const messages = [];
    const wake = [];
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => (wake.shift() ?? (message => messages.push(message)))(data);
    socket.onerror = event => reject(new Error(`${event.message} ${event.error?.stack} ${event.error?.cause?.stack}`));
    socket.onclose = ({ code, wasClean }) => resolve(wasClean ? code : `${code}, not clean`);
    const next = () => messages.length ? Promise.resolve(messages.shift()) : new Promise(got => wake.push(got));
    done(socket, next).catch(reject);
    socket.addEventListener('close', () => clearTimeout(late));
  });
  try {
    result.ownClose = await opened(async (socket, next) => {
      result.seen = JSON.parse(await next());
      result.status = open.status();
      socket.send('otters');
      result.echo = await next();
      socket.send(new Uint8Array(plan.big));
      result.bigEcho = (await next()).byteLength;
      socket.close(4001);
    });
    result.closed = await opened(async (socket, next) => {
      await next();
      socket.send('bye 1000');
    });
  } catch (trouble) {
    result.text = String(trouble);
  }
  return result;
}

const headers = { authorization: plan.basic, origin };
const byWs = () => new Ws(`wss://${plan.host}/`, { headers });
byWs.status = () => 101;
tell('websocket', { client: 'ws', ...await conversation(byWs) });
for (const allowH2 of plan.websocketOverH2 ? [false, true] : [false]) {
  const dispatcher = new Agent({ allowH2 });
  let status = 0;
  const byUndici = () => new Undici(`wss://${plan.host}/`, { headers, dispatcher: dispatcher.compose(dispatch => (options, handler) =>
    dispatch(options, new Proxy(handler, {
      get(target, name) {
        if (name === 'onRequestUpgrade') {
          return (controller, code, ...rest) => { status = code; return target.onRequestUpgrade(controller, code, ...rest); };
        }
        const value = target[name];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }))) });
  byUndici.status = () => status;
  tell(allowH2 ? 'websocket-h2' : 'websocket', { client: 'undici', http: allowH2 ? '2' : '1.1', ...await conversation(byUndici) });
  await dispatcher.close();
}

const hook = await post('/hooks/agent', plan.hooksToken, '{"message":"x"}');
tell('hook', hook);
tell('health', { healthz: (await ask('/healthz')).status, readyz: (await ask('/readyz')).status });
