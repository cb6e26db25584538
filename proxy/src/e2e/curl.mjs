// Requests as a user makes them: curl, with the local CA and nothing else trusted.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CA, PUBLIC } from './world.mjs';

const run = promisify(execFile);
// Every request comes from its own loopback address, so that no check can lock out another one.
let clients = 0;
const nextClient = () => `127.${process.pid % 250 + 2}.${++clients >> 7}.${clients % 128 + 1}`;

/// `curl('/path', 'Header: value', '--option', …)`: `Header: value` becomes a header. The path is sent
/// byte by byte as it is given.
export async function curl(path, ...words) {
  const options = words.flatMap(word => /^[\w-]+: /.test(word) ? ['-H', word] : [word]);
  const { stdout } = await run('curl', ['-sS', '-i', '--max-time', '30', '--interface', nextClient(), '--cacert', CA,
    '--request-target', path, ...options, PUBLIC + '/'], { encoding: 'latin1', maxBuffer: 64 << 20 });
  return parse(stdout);
}

export const status = async (...request) => (await curl(...request)).status;

function parse(text) {
  let head, body = text;
  do {   // 1xx heads come first
    const end = body.indexOf('\r\n\r\n');
    [head, body] = [body.slice(0, end), body.slice(end + 4)];
  } while (/^HTTP\/\S+ 1\d\d/.test(head) && /^HTTP\//.test(body));
  const [first, ...lines] = head.split('\r\n');
  const [version, code] = first.split(' ');
  const headers = new Headers(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  return { version, status: Number(code), headers, body };
}
