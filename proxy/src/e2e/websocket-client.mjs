// A WebSocket client that shows what a library hides: the handshake's refusal, pings, close codes (RFC 6455).
import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { HOST, PUBLIC } from './world.mjs';

/// Tries an upgrade. Gives { status, headers } and, after a 101, the conversation: next(), send(value), pings, closed, end().
export function upgrade(path, headers = {}, { at = PUBLIC, from = '127.0.0.1' } = {}) {
  const { request } = at.startsWith('https') ? https : http;
  const key = crypto.randomBytes(16).toString('base64');
  const handshake = request(at, { path, localAddress: from, agent: false, timeout: 20_000, headers: {
    Host: HOST, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key, ...headers,
  } });
  return new Promise((resolve, reject) => {
    handshake.on('error', reject).on('timeout', () => handshake.destroy(new Error('no answer to the upgrade')));
    handshake.on('response', response => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers, end() {} });
    });
    handshake.on('upgrade', (response, socket, first) => {
      const accept = crypto.createHash('sha1').update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
      if (response.headers['sec-websocket-accept'] !== accept) return reject(new Error('wrong Sec-WebSocket-Accept'));
      resolve(new Conversation(response, socket, first));
    });
    handshake.end();
  });
}

const TEXT = 1, CLOSE = 8, PING = 9, PONG = 10;

class Conversation {
  pings = 0;
  #unread = Buffer.alloc(0);
  #messages = [];
  #waiting = [];

  constructor(response, socket, first) {
    this.status = response.statusCode;
    this.headers = response.headers;
    this.socket = socket;
    this.closed = new Promise(resolve => { this.#resolveClosed = resolve; });
    socket.setTimeout(0);
    socket.on('data', data => this.#read(data)).on('error', () => {}).on('close', () => this.#over(1006));
    this.#read(first);
  }
  #resolveClosed;

  /// The next JSON message; fails when the conversation ends or nothing comes within 20 s.
  next() {
    if (this.#messages.length) return Promise.resolve(this.#messages.shift());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no WebSocket message within 20 s')), 20_000);
      this.#waiting.push({ resolve, reject, timer });
    });
  }

  send(value) { this.#write(TEXT, Buffer.from(JSON.stringify(value))); }
  end() { this.socket.destroy(); }

  #read(data) {
    this.#unread = Buffer.concat([this.#unread, data]);
    for (let frame; (frame = this.#frame());) this.#handle(frame);
  }

  #frame() {
    const bytes = this.#unread;
    if (bytes.length < 2) return;
    let length = bytes[1] & 127, start = 2;
    if (length === 126) { if (bytes.length < 4) return; length = bytes.readUInt16BE(2); start = 4; }
    else if (length === 127) { if (bytes.length < 10) return; length = Number(bytes.readBigUInt64BE(2)); start = 10; }
    if (bytes.length < start + length) return;
    this.#unread = bytes.subarray(start + length);
    return { opcode: bytes[0] & 15, payload: bytes.subarray(start, start + length) };
  }

  #handle({ opcode, payload }) {
    if (opcode === PING) { this.pings++; this.#write(PONG, payload); }
    else if (opcode === CLOSE) { this.#over(payload.length >= 2 ? payload.readUInt16BE() : 1005); this.#write(CLOSE, payload); }
    else if (opcode === TEXT) {
      const message = JSON.parse(payload.toString()), waiter = this.#waiting.shift();
      if (!waiter) return this.#messages.push(message);
      clearTimeout(waiter.timer);
      waiter.resolve(message);
    }
  }

  #over(code) {
    this.#resolveClosed(code);
    for (const { reject, timer } of this.#waiting.splice(0)) { clearTimeout(timer); reject(new Error(`WebSocket closed with ${code}`)); }
  }

  #write(opcode, payload) {   // a client masks every frame
    if (this.socket.destroyed) return;
    const mask = crypto.randomBytes(4), small = payload.length < 126;
    const head = Buffer.alloc(small ? 2 : 4);
    head[0] = 128 | opcode;
    head[1] = 128 | (small ? payload.length : 126);
    if (!small) head.writeUInt16BE(payload.length, 2);
    this.socket.write(Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i % 4])]));
  }
}
