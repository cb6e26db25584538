// Paths that one reader takes for a webhook and another for the API: they let nobody in, with any credential or none.
import tls from 'node:tls';
import { check, refusal } from './check.mjs';
import { status } from './curl.mjs';
import { upgrade } from './websocket-client.mjs';
import { bearer, BASIC, GATEWAY_TOKEN, gatewayToken, HOST, HOOKS_TOKEN, hooksToken, password } from './world.mjs';

const targets = [
  '//hooks/v1/models',
  '/hooks/../v1/models',
  '/hooks/%2e%2e/v1/models',
  '/hooks\\..\\v1\\models',
  '/hooks/..%5cv1%5cmodels',
  '/hooks/%252e%252e/v1',
  '/HOOKS/wake',
  '/x%20HTTP/1.1%0d%0aHost:%20a%0d%0a%0d%0aPOST%20/tools/invoke',
];
const credentials = { nothing: [], 'the password': [password], 'the gateway token': [gatewayToken], 'the hooks token': [hooksToken] };

for (const version of ['--http1.1', '--http2']) {
  for (const target of targets)
    for (const [name, credential] of Object.entries(credentials))
      await check(`paths: ${target} with ${name}, ${version.slice(2)}`, refusal, () => status(target, version, ...credential));

  // A page of the UI like any other, and no webhook: the password may read it, the tokens may not.
  for (const name of ['nothing', 'the gateway token', 'the hooks token'])
    await check(`paths: /hooksX with ${name}, ${version.slice(2)}`, 401, () => status('/hooksX', version, ...credentials[name]));
}

for (const odd of ['/hooks/\x80', '/hooks/\x00', '/hooks\t/wake', '/hooks/wake /v1/models', '/hooks/\u00ff..'])
  await check(`paths: the raw bytes ${JSON.stringify(odd)}`, refusal, () => raw(`GET ${odd} HTTP/1.1\r\nHost: ${HOST}\r\n${gatewayToken}\r\n\r\n`));

for (const path of ['/hooks/x', '/healthz', '/readyz', '/v1/models'])
  for (const [name, Authorization] of Object.entries({ 'the password': BASIC, 'the gateway token': `Bearer ${GATEWAY_TOKEN}`, 'the hooks token': `Bearer ${HOOKS_TOKEN}` }))
    await check(`paths: a WebSocket on ${path} with ${name}`, refusal, async () => {
      const socket = await upgrade(path, { Authorization }, { from: '127.2.0.2' });
      socket.end();
      return socket.status === 101 ? 101 : Math.max(socket.status, 300);
    });

/// Sends the bytes as they are; gives the status of the answer, or 400 where the connection is closed without one.
function raw(text) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: HOST.split(':')[1] }, () => socket.write(Buffer.from(text, 'latin1')));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject).on('close', () => resolve(400));
    socket.once('data', data => { resolve(Number(data.toString('latin1').split(' ')[1])); socket.destroy(); });
  });
}
