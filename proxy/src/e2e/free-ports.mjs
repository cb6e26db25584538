// free-ports.mjs COUNT: ports above 20000 and below the range the kernel takes for outgoing connections, where the one
// behind each is free, too: the gateway has its sandbox there.
import { createServer } from 'node:net';

const isFree = port => new Promise(done => {
  const server = createServer().on('error', () => done(false)).listen(port, '127.0.0.1', () => server.close(() => done(true)));
});
const found = new Set();
while (found.size < Number(process.argv[2])) {
  const port = 20000 + 2 * Math.floor(Math.random() * 6000);
  if (await isFree(port) && await isFree(port + 1)) found.add(port);
}
console.log(...found);
