// echo.mjs PORT: a WebSocket server that sends back what it gets, with the `ws` that the installed packages brought.
import { createRequire } from 'node:module';
const { WebSocketServer } = createRequire(`${process.env.PACKAGES}/node_modules/`)('ws');

new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', maxPayload: 64 << 20, perMessageDeflate: false })
  .on('connection', socket => socket
    .on('error', () => {})   // the suite breaks every rule there is
    .on('message', (data, binary) => socket.send(data, { binary })));
