import type { JsonObject } from '../dialects/conversation.js';
import { applyEdits, readMembers, removals } from '../dialects/json-members.js';
import { GatewayError } from '../errors/gateway-error.js';
import { MAX_FALLBACKS } from '../routing/router.js';

/** The gateway's own field of a request: names of models to ask when those of `model` have failed. */
const FIELD = 'fallbacks';
const MAX_NAME_CHARACTERS = 256;

interface Body {
  readonly json: JsonObject;
  readonly bytes: Buffer;
}

/**
 * Takes that field out of a request, since no vendor knows it.
 * @throws GatewayError `invalid_request` when it is no list of a few names
 */
export function withoutFallbacks<Asked extends Body>(asked: Asked): { asked: Asked; fallbacks: readonly string[] } {
  if (!(FIELD in asked.json)) return { asked, fallbacks: [] };
  const { [FIELD]: given, ...json } = asked.json;
  const fallbacks = readNames(given);
  const edits = removals(readMembers(asked.bytes), ({ key }) => key === FIELD);
  return { asked: { ...asked, json, bytes: applyEdits(asked.bytes, edits) }, fallbacks };
}

function readNames(given: unknown): readonly string[] {
  if (given === null || given === undefined) return [];
  if (Array.isArray(given) && given.length <= MAX_FALLBACKS && given.every(isName)) return given;
  throw new GatewayError('invalid_request', `'${FIELD}' must be a list of at most ${MAX_FALLBACKS} names of models.`, {
    param: FIELD,
  });
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= MAX_NAME_CHARACTERS;
}
