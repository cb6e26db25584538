// provider.mjs PORT EVENTS: an OpenAI-compatible model provider on loopback. The last user message shapes the
// answer: chunks=N delay=MILLISECONDS tag=WORD, or show=diagram, show=widget, show=portal:PORT. EVENTS gets a line when a client leaves in the middle of a stream.
import fs from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, events] = process.argv.slice(2);

http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url === '/v1/models') return answer(response, 200, { object: 'list', data: [{ id: 'fake-1', object: 'model' }] });
  if (request.url !== '/v1/chat/completions') return answer(response, 404, { error: { message: 'no such path' } });
  const { stream, messages } = JSON.parse(body);
  const wish = wishOf(messages);
  if (stream && wish.show) return shown(response, wish.show, messages);
  return stream ? streamed(response, wish) : whole(response, wish);
}).listen(Number(port), '127.0.0.1');

const textOf = ({ content = '' }) => typeof content === 'string' ? content : content.map(part => part.text ?? '').join(' ');
const asks = message => message.role === 'user' && /(show|tag)=/.test(textOf(message));

function wishOf(messages) {
  const text = messages.filter(m => m.role === 'user')
    .map(textOf).join('\n');
  const last = (pattern, otherwise) => [...text.matchAll(pattern)].at(-1)?.[1] ?? otherwise;
  return { chunks: Number(last(/chunks=(\d+)/g, 5)), delay: Number(last(/delay=(\d+)/g, 50)), tag: last(/tag=(\w+)/g, ''),
    show: textOf(messages.findLast(asks) ?? {}).match(/show=([\w:]+)/)?.[1] };
}

const words = ({ chunks, tag }) => Array.from({ length: chunks }, (_, i) => `${tag}w${i} `);
const common = { id: 'chatcmpl-fake', created: 1, model: 'fake-1' };
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

async function whole(response, wish) {
  await sleep(wish.chunks * wish.delay);
  const message = { role: 'assistant', content: words(wish).join('') };
  answer(response, 200, { ...common, object: 'chat.completion', usage, choices: [{ index: 0, finish_reason: 'stop', message }] });
}

async function streamed(response, wish) {
  response.on('close', () => response.writableFinished || fs.appendFileSync(events, `client went away tag=${wish.tag}\n`));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (delta, finish_reason = null, extra = {}) => response.write(`data: ${JSON.stringify(
    { ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...extra })}\n\n`);
  send({ role: 'assistant', content: '' });
  for (const word of words(wish)) {
    if (response.destroyed) return;
    send({ content: word });
    await sleep(wish.delay);
  }
  send({}, 'stop', { usage });
  response.end('data: [DONE]\n\n');
}

/// A diagram is text. A widget and a portal are tools, whose answer is there when we are asked again.
function shown(response, show, messages) {
  const isDone = messages.slice(messages.findLastIndex(asks)).some(message => message.role === 'tool');
  const [what, port] = show.split(':');
  const tool = {
    widget: () => ['show_widget', { title: 'Tide', widget_code: '<p id="p">still</p><script>p.textContent = "widget moves"</script>' }],
    portal: () => ['portal', { action: 'open', port: Number(port), title: 'Harbour' }],
  }[what]?.();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta, finish_reason = null, extra = {}) => response.write(`data: ${JSON.stringify(
    { ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...extra })}\n\n`);
  if (tool && !isDone) {
    send({ role: 'assistant', tool_calls: [{ index: 0, id: `call_${Date.now()}`, type: 'function',
      function: { name: tool[0], arguments: JSON.stringify(tool[1]) } }] });
    send({}, 'tool_calls', { usage });
  } else {
    send({ role: 'assistant', content: tool ? `${what} shown` : '```mermaid\ngraph TD;\n  Otter-->Seawall;\n```\n' });
    send({}, 'stop', { usage });
  }
  response.end('data: [DONE]\n\n');
}

function answer(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
