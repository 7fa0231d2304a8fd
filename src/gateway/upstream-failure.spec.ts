import { describe, expect, it } from 'vitest';
import { openAiChatVendor } from '../dialects/openai-chat/openai-chat.dialect.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { Attempt, AttemptOutcome } from '../exchange/attempt.js';
import { openAiRefusal } from './openai-refusal.js';
import { toCallerError } from './upstream-failure.js';
import { VendorRefusal } from './vendor-refusal.js';

const openAi = { readError: (body: unknown) => openAiChatVendor.readError(body), refusalBody: openAiRefusal };
const secretBody = Buffer.from('{"error":{"message":"Bad key sk-live-1 of organization org-7"}}');

function answered(status: number, body: Uint8Array = secretBody, retryAfterMs?: number): UpstreamError {
  return new UpstreamError({ reason: 'status', status, body, retryAfterMs }, 'openai answered');
}

function attempt(provider: string, outcome: AttemptOutcome | undefined): Attempt {
  return {
    provider,
    model: 'm',
    waitedMs: 0,
    startedMs: 0,
    continues: false,
    spending: undefined,
    durationMs: 1,
    outcome,
  };
}

describe('toCallerError', () => {
  it.each([400, 404, 413, 415, 422])('hands a refusal with %i on, word for word', (status) => {
    const body = Buffer.from('{ "error": {"message":"Your prompt is too long", "code":"context_length_exceeded"} }');
    const error = toCallerError(answered(status, body), [], openAi);
    expect(error).toBeInstanceOf(VendorRefusal);
    expect(error).toMatchObject({ status, body });
  });

  it.each(['', '<html>Bad request</html>', '"no"', '[1]', 'null', '{"error":'])(
    'answers a refusal in its own words where the vendor’s are no object: %j',
    (body) => {
      const error = toCallerError(answered(400, Buffer.from(body)), [], openAi);
      expect(error).not.toBeInstanceOf(VendorRefusal);
      expect(error).toMatchObject({ kind: 'upstream_error', status: 400 });
    },
  );

  it.each([408, 409, 429])('keeps the status %i of a vendor that may answer later', (status) => {
    const error = toCallerError(answered(status, secretBody, 1_500), [], openAi);
    expect(error).toMatchObject({ kind: 'upstream_error', status, retryAfterMs: 1_500 });
    expect(error.message).not.toMatch(/sk-live|org-7/);
  });

  it.each([500, 503, 529, 401, 403])('answers 502 in place of %i, and says nothing of the account', (status) => {
    const error = toCallerError(answered(status), [], openAi);
    expect(error).not.toBeInstanceOf(VendorRefusal);
    expect(error).toMatchObject({ kind: 'upstream_error', status: 502 });
    expect(error.message).not.toMatch(/sk-live|org-7/);
  });

  it.each([100, 204, 301, 302, 304, 307])('answers 502 in place of %i, which is no error of the caller', (status) => {
    expect(toCallerError(answered(status), [], openAi)).toMatchObject({ kind: 'upstream_error', status: 502 });
  });

  it.each([
    ['timeout', 'upstream_timeout', 504],
    ['network', 'upstream_error', 502],
    ['invalid_reply', 'upstream_error', 502],
    ['forbidden_address', 'upstream_error', 502],
  ] as const)('answers a failure of the kind %s with %s %i', (reason, kind, status) => {
    const cause = new UpstreamError({ reason }, 'connect 10.0.0.7:443');
    const error = toCallerError(cause, [], openAi);
    expect(error).toMatchObject({ kind, status, cause });
    expect(error.message).not.toContain('10.0.0.7');
  });

  it('names the targets tried, why each failed, and how often', () => {
    const error = toCallerError(
      answered(503),
      [
        attempt('openai', { kind: 'failed', reason: 'status', status: 429 }),
        attempt('openai', { kind: 'failed', reason: 'status', status: 429 }),
        attempt('openai', { kind: 'failed', reason: 'network' }),
        attempt('claude', { kind: 'failed', reason: 'status', status: 503 }),
      ],
      openAi,
    );
    expect(error.message).toBe(
      'No provider answered. Tried openai/m (429, 2 times), openai/m (network), claude/m (503).',
    );
  });
});
