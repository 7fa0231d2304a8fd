import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, ServerSettings } from '../config/settings.js';
import { ReadBodyPipe } from './read-body.pipe.js';

const MAX_BYTES = 1_024;

describe('ReadBodyPipe', () => {
  const server = Object.assign(new ServerSettings(), { maxBodyBytes: MAX_BYTES });
  const file = Object.assign(new FileSettings(), { server });
  const pipe = new ReadBodyPipe(new Settings(file, new EnvironmentSettings(), new Map(), []));
  let request: IncomingMessage;
  beforeEach(() => {
    request = new IncomingMessage(new Socket());
  });

  it('reads a body that comes in pieces', async () => {
    const body = pipe.transform(request);
    for (const piece of ['{"a"', ':1}', null]) request.push(piece);
    expect((await body).toString()).toBe('{"a":1}');
  });

  it('takes a request without a body for an empty one', async () => {
    expect(await pipe.transform(undefined)).toHaveLength(0);
  });

  it('refuses a body that says it is too large before a byte of it', async () => {
    request.headers['content-length'] = String(MAX_BYTES + 1);
    await expect(pipe.transform(request)).rejects.toMatchObject({ kind: 'request_too_large', status: 413 });
  });

  it('refuses a body that grows too large', async () => {
    const body = pipe.transform(request);
    request.push(Buffer.alloc(MAX_BYTES));
    request.push(Buffer.alloc(1));
    await expect(body).rejects.toMatchObject({ kind: 'request_too_large', status: 413 });
  });

  it.each([false, true])(
    'records a client that leaves before its body was read as 499, all of it sent: %s',
    async (isSent) => {
      request.complete = isSent;
      const body = pipe.transform(request);
      request.destroy();
      await expect(body).rejects.toMatchObject({ kind: 'client_closed_request', status: 499 });
    },
  );

  it('does not wait for a client that had left before', async () => {
    request.destroy();
    await expect(pipe.transform(request)).rejects.toMatchObject({ kind: 'client_closed_request', status: 499 });
  });
});
