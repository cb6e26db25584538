// Paths that one reader takes for a webhook and another for the API: they let nobody in, with any credential or none.
import tls from 'node:tls';
import { check, refusal } from './check.mjs';
import { status } from './curl.mjs';
import { upgrade } from './websocket-client.mjs';
import { gatewayToken, HOST, hooksToken, password } from './world.mjs';

const targets = [
  '//hooks/v1/models',
  '/hooks/../v1/models',
  '/hooks/%2e%2e/v1/models',
  '/hooks\\..\\v1\\models',
  '/hooks/..%5cv1%5cmodels',
  '/hooks/%252e%252e/v1',
  '/hooksX',
  '/HOOKS/wake',
  '/x%20HTTP/1.1%0d%0aHost:%20a%0d%0a%0d%0aPOST%20/tools/invoke',
];
const post = ['Content-Type: application/json', '--data', '{}'];
const credentials = { nothing: [], 'the password': [password], 'the gateway token': [gatewayToken], 'the hooks token': [hooksToken] };
const badRequestToAll = { means: '400 to all', holds: answers => Object.values(answers).flat().every(status => status === 400) };

for (const target of targets)
  await check(`paths: ${target}`, badRequestToAll, () => toAll(async credential =>
    [await status(target, ...credential), await status(target, ...post, ...credential)]));

const odd = { 'a byte above 0x7f': '/hooks/\x80', NUL: '/hooks/\x00', DEL: '/v1/models\x7f', 'a tab': '/hooks\t/wake', 'a space': '/hooks/wake /v1/models' };
for (const [name, target] of Object.entries(odd))
  await check(`paths: ${name}`, refusal, () => raw(`GET ${target} HTTP/1.1\r\nHost: ${HOST}\r\n${gatewayToken}\r\n\r\n`));

for (const path of ['/hooks/x', '/hooks/wake', '/healthz', '/readyz', '/v1/models'])
  await check(`paths: no WebSocket on ${path}`, false, async () => {
    const answers = await toAll(async ([line]) => {
      const socket = await upgrade(path, line ? { Authorization: line.replace('Authorization: ', '') } : {}, { from: '127.2.0.2' });
      socket.end();
      return socket.status;
    });
    return Object.values(answers).includes(101);
  });

async function toAll(attempt) {
  const answers = {};
  for (const [name, credential] of Object.entries(credentials)) answers[name] = await attempt(credential);
  return answers;
}

/// Sends the bytes as they are; gives the status of the answer, or 400 where the connection is closed without one.
function raw(text) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: HOST.split(':')[1] }, () => socket.write(Buffer.from(text, 'latin1')));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject).on('close', () => resolve(400));
    socket.once('data', data => { resolve(Number(data.toString('latin1').split(' ')[1])); socket.destroy(); });
  });
}
