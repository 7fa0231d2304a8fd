import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import { TokenCounter } from '../usage/token-counter.js';
import { CallerRequest } from './caller-request.js';
import { NO_NEEDS, needsOf } from './needs.js';
import { ResponseItemMemory } from './response-item-memory.js';

const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
const counter = new TokenCounter();
const NOTHING = { contextTokens: undefined, images: false, tools: false, jsonSchema: false };
const EVERYTHING = { contextTokens: 10, images: true, tools: true, jsonSchema: true };

function caller(json: Record<string, unknown>): CallerRequest {
  const bytes = Buffer.from(JSON.stringify(json));
  const asked = { dialect: 'openai-chat', model: 'm', stream: false, bytes, json } as const;
  return new CallerRequest(asked, {} as FastifyRequest, {} as FastifyReply, new ResponseItemMemory(settings));
}

const text = { messages: [{ role: 'user', content: 'How are you today?' }] };
const image = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] }] };

describe('needsOf', () => {
  it.each<[what: string, json: Record<string, unknown>, needs: object]>([
    ['text', text, { ...NO_NEEDS, inputTokens: 5 }],
    ['an image', image, { images: true }],
    ['tools', { ...text, tools: [{ type: 'function', function: { name: 'f' } }] }, { tools: true }],
    [
      'a schema',
      { ...text, response_format: { type: 'json_schema', json_schema: { name: 's', schema: {} } } },
      { jsonSchema: true },
    ],
    ['JSON without a schema', { ...text, response_format: { type: 'json_object' } }, { jsonSchema: false }],
  ])('of a request with %s', async (_, json, needs) => {
    expect(await needsOf(caller(json), EVERYTHING, counter)).toMatchObject(needs);
  });

  it('counts nothing, and reads nothing, of a body that is shorter than every context', async () => {
    const request = caller(text);
    const read = vi.spyOn(request, 'conversation', 'get');
    const count = vi.spyOn(counter, 'count');
    expect(await needsOf(request, { ...NOTHING, contextTokens: 1_000 }, counter)).toBe(NO_NEEDS);
    expect(read).not.toHaveBeenCalled();
    expect(count).not.toHaveBeenCalled();
  });

  it('are none of a body that only its vendor can read', async () => {
    expect(await needsOf(caller({ messages: 5 }), EVERYTHING, counter)).toBe(NO_NEEDS);
  });
});
