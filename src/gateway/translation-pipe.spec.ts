import { describe, expect, it } from 'vitest';
import type { Conversation } from '../dialects/conversation.js';
import { clientLanguages, vendorDialects } from '../dialects/dialects.js';
import { Losses } from '../dialects/losses.js';
import { TranslationPipe } from './translation-pipe.js';

const conversation: Conversation = { model: 'm', stream: true, messages: [], unmodelled: [], includeUsage: true };

/** A chat vendor's stream for a client of Anthropic's dialect. */
function pipe(): TranslationPipe {
  const context = { requestId: 'r-1', model: 'm', conversation, createdAt: 1_795_000_000, losses: new Losses() };
  return new TranslationPipe({
    vendor: vendorDialects['openai-chat'],
    client: clientLanguages['anthropic-messages'].dialect,
    context,
    customNames: new Set(),
  });
}

const ROLE = event({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });
const HELLO = event({ choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: null }] });
const STOP = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const USAGE = event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } });
const DONE = 'data: [DONE]\n\n';

function event(fields: object): string {
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt', ...fields })}\n\n`;
}

describe('TranslationPipe', () => {
  it('writes the client’s events as the vendor’s come', () => {
    const translated = pipe();
    expect(translated.push(Buffer.from(ROLE + HELLO)).toString()).toContain('"text":"Hello"');
    expect(translated).toMatchObject({ hasBegun: true, hasText: true, hasEnded: false, model: 'gpt' });
  });

  it('knows the account’s facts, the end, and how many events the client got', () => {
    const translated = pipe();
    const text = translated.push(Buffer.from(ROLE + HELLO + STOP + USAGE + DONE)).toString();
    expect(translated).toMatchObject({
      hasEnded: true,
      finishedChoices: 1,
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 4 },
      eventsSent: text.split('\n\n').length - 1,
    });
    expect(translated.written()).toEqual({ text: 'Hello', length: 5 });
    expect(translated.ending(undefined).terminal).toContain('message_stop');
  });

  it('takes nothing after the end, nor after an error', () => {
    const ended = pipe();
    ended.push(Buffer.from(HELLO + STOP + DONE));
    expect(ended.push(Buffer.from(HELLO)).toString()).toBe('');
    const failed = pipe();
    failed.push(Buffer.from(HELLO + event({ error: { message: 'Overloaded', code: 503 } })));
    expect(failed.failure).toMatchObject({
      failure: { reason: 'status', status: 503, reported: { message: 'Overloaded' } },
    });
    expect(failed.push(Buffer.from(HELLO)).toString()).toBe('');
  });

  it('says nothing of an answer that has not begun', () => {
    const translated = pipe();
    translated.push(Buffer.from(': hello\n\n'));
    expect(translated).toMatchObject({ hasBegun: false, hasText: false });
  });
});
