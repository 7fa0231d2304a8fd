import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Settings } from '../config/load-settings.js';
import type { JsonObject } from '../dialects/conversation.js';
import { asObject, asText, isObject, objectsIn } from '../dialects/fields.js';
import { GatewayError } from '../errors/gateway-error.js';

/** Of all callers together, counted in characters of JSON. */
const MAX_CHARACTERS = 32 * 1024 * 1024;
/** A conversation that rests for longer is told to send its items itself. */
const KEEP_MS = 3_600_000;

/**
 * Remembers the items of answers that were translated into OpenAI's Responses, for clients that name them again by id
 * (`item_reference`) instead of sending them: the AI SDK does so unless it is told `store: false`. It is a help and no
 * promise: what is not here any more, or was made by another process, is refused with words that say what to do.
 */
@Injectable()
export class ResponseItemMemory {
  private readonly maxExpanded: number;
  private readonly items = new LRUCache<string, string>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_CHARACTERS / 8,
    sizeCalculation: (item) => item.length + 1,
    ttl: KEEP_MS,
    perf: Date,
  });

  constructor({ server }: Settings) {
    this.maxExpanded = server.maxBodyBytes;
  }

  /**
   * @param caller whose items they are; nobody else gets them
   * @param response a whole response object; one that was asked not to be stored is not kept
   */
  keep(caller: string, response: JsonObject): void {
    for (const item of objectsIn(response['output'])) {
      const id = asText(item['id']);
      if (id !== undefined) this.items.set(`${caller} ${id}`, JSON.stringify(item));
    }
  }

  /**
   * A request's body with the items in place of their references, as far as they are known.
   * @throws GatewayError `request_too_large` when that makes more of it than a body may be
   */
  resolve(caller: string, body: JsonObject): JsonObject {
    const { input } = body;
    if (!Array.isArray(input) || !input.some(isReference)) return body;
    const parsed = new Map<string, unknown>();
    let expanded = 0;
    const itemFor = (item: unknown): unknown => {
      if (!isReference(item)) return item;
      const key = `${caller} ${asText(asObject(item)['id'])}`;
      const kept = this.items.get(key);
      if (kept === undefined) return item;
      expanded += kept.length;
      if (expanded > this.maxExpanded) throw tooLarge(this.maxExpanded);
      if (!parsed.has(key)) parsed.set(key, JSON.parse(kept));
      return parsed.get(key);
    };
    return { ...body, input: input.map(itemFor) };
  }
}

function tooLarge(max: number): GatewayError {
  const message = `With the items that it refers to, the body is larger than the ${max} bytes that this gateway accepts.`;
  return new GatewayError('request_too_large', message);
}

/** Its type may be left out. */
function isReference(item: unknown): boolean {
  if (!isObject(item) || typeof item['id'] !== 'string') return false;
  return item['type'] === 'item_reference' || (item['type'] === undefined && item['role'] === undefined);
}
