// taker.mjs PORT: a gateway that takes any body, and answers when it is there.
import { createServer } from 'node:http';

createServer((request, response) => request.resume().on('end', () => response.end('taken\n')))
  .listen(Number(process.argv[2]), '127.0.0.1');
