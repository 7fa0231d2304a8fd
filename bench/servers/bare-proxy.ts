/**
 * The floor to compare with: the least that a Node gateway does which understands what it passes on. It parses and
 * writes again the JSON of both sides, pipes streams, and has no limits, checks, logs, prices or errors of its own.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const upstreamPort = Number(process.env['UPSTREAM_PORT']);
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1024 });

function readJson(message: http.IncomingMessage, done: (body: string) => void): void {
  const parts: Buffer[] = [];
  message.on('data', (part: Buffer) => parts.push(part));
  message.on('end', () => done(JSON.stringify(JSON.parse(Buffer.concat(parts).toString()))));
}

function answer(reply: http.IncomingMessage, response: http.ServerResponse): void {
  const status = reply.statusCode ?? 502;
  const contentType = reply.headers['content-type'] ?? 'application/json';
  if (contentType.startsWith('text/event-stream')) {
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-cache' });
    reply.pipe(response);
    return;
  }
  readJson(reply, (body) => {
    response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
}

const server = http.createServer((request, response) => {
  readJson(request, (body) => {
    const call = http.request({
      agent,
      host: '127.0.0.1',
      port: upstreamPort,
      method: 'POST',
      path: request.url,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        authorization: request.headers.authorization ?? '',
      },
    });
    call.on('response', (reply) => answer(reply, response));
    call.on('error', () => response.destroy());
    response.on('close', () => {
      if (!response.writableFinished) call.destroy();
    });
    call.end(body);
  });
});

server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', 4096, () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
