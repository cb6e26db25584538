// Sees all of a browser's traffic by the DevTools protocol: pages, workers and WebSockets, each from its first byte.
// It also is the person at the login dialog, who answers it once and then never again.
import { eventually } from './check.mjs';

export class Observer {
  responses = [];      // { status, url } of every answer, the challenge that was answered included
  handshakes = [];     // status of every WebSocket handshake: 101, or 200 over HTTP/2 (RFC 8441)
  protocols = new Map();  // how many answers of each origin came by which protocol: `https://host h2`
  messages = [];       // every JSON message that the page received on a WebSocket
  dialogs = 0;
  #targets = new Set();
  #urls = new Map();
  #socket;
  #number = 0;

  static async on(port, login) {
    const version = await eventually(20, () => fetch(`http://127.0.0.1:${port}/json/version`).then(r => r.json(), () => undefined));
    const observer = new Observer();
    observer.login = login;
    observer.#socket = new WebSocket(version.webSocketDebuggerUrl);
    observer.#socket.onmessage = ({ data }) => observer.#hear(JSON.parse(data));
    await new Promise((resolve, reject) => Object.assign(observer.#socket, { onopen: resolve, onerror: reject }));
    observer.#attach();
    return observer;
  }

  count(status) { return this.responses.filter(response => response.status === status).length; }
  close() { this.#socket.close(); }

  #send(method, params, sessionId) { this.#socket.send(JSON.stringify({ id: ++this.#number, method, params, sessionId })); }
  #attach(session) { this.#send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, session); }

  #hear({ method, params, sessionId }) {
    switch (method) {
      case 'Target.attachedToTarget':
        this.#watch(params.targetInfo, params.sessionId);
        return this.#send('Runtime.runIfWaitingForDebugger', {}, params.sessionId);
      case 'Fetch.requestPaused':
        return this.#send('Fetch.continueRequest', { requestId: params.requestId }, sessionId);
      case 'Fetch.authRequired':
        return this.#send('Fetch.continueWithAuth', { requestId: params.requestId, authChallengeResponse: this.#answer(params.request.url) }, sessionId);
      case 'Network.requestWillBeSent':
        return this.#urls.set(params.requestId, params.request.url);
      case 'Network.responseReceivedExtraInfo':
        return this.responses.push({ status: params.statusCode, url: this.#urls.get(params.requestId) });
      case 'Network.responseReceived':
        return this.#protocol(params.response);
      case 'Network.webSocketHandshakeResponseReceived':
        return this.handshakes.push(params.response.status);
      case 'Network.webSocketFrameReceived':
        return this.#read(params.response.payloadData);
    }
  }

  #watch({ type, targetId }, session) {   // a worker is announced by its page and by the browser: once is enough
    if (this.#targets.has(targetId)) return;
    this.#targets.add(targetId);
    this.#send('Network.enable', {}, session);
    if (type === 'page') this.#send('Fetch.enable', { handleAuthRequests: true, patterns: [{ urlPattern: '*' }] }, session);
    this.#attach(session);
  }

  #protocol({ url, protocol, fromServiceWorker, fromDiskCache }) {
    if (!URL.canParse(url) || url.startsWith('blob:') || fromServiceWorker || fromDiskCache) return;
    const name = `${new URL(url).origin} ${protocol}`;
    this.protocols.set(name, (this.protocols.get(name) ?? 0) + 1);
  }

  #answer(url) {
    if (++this.dialogs > 1) return { response: 'CancelAuth' };
    this.responses.push({ status: 401, url });   // the only 401 that Chromium reports as a dialog and not as a response
    return { response: 'ProvideCredentials', ...this.login };
  }

  #read(text) {
    try { this.messages.push(JSON.parse(text)); } catch { /* not one of the gateway's messages */ }
  }
}
