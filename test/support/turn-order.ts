import type { DialectName } from '../../src/dialects/conversation.js';
import { type Json, object, objects, string } from './plain/told.js';

interface Turn {
  readonly role: unknown;
  readonly calls: readonly string[];
  readonly results: readonly string[];
  /** How many parts stand before the first result. */
  readonly before: number;
  readonly blanks: number;
  readonly size: number;
}

/** What a body has against the rules of order that its vendor refuses to be broken and no schema can say. */
export function orderFaults(dialect: DialectName, body: Json): string[] {
  const turns = TURNS[dialect]?.(body) ?? [];
  return turns.flatMap((turn, index) => faultsOfTurn(turn, turns[index + 1], index));
}

function faultsOfTurn(
  { role, calls, results, before, blanks, size }: Turn,
  next: Turn | undefined,
  index: number,
): string[] {
  const answered = next?.results ?? [];
  const faults: Readonly<Record<string, boolean>> = {
    'does not begin with the user': index === 0 && role !== 'user',
    'is empty': size === 0,
    'has a text without words': blanks > 0,
    'has something before its results': results.length > 0 && before > 0,
    'has calls that the next turn does not answer':
      calls.length > 0 && String(calls.toSorted()) !== String(answered.toSorted()),
    'answers nothing': results.length > 0 && index === 0,
    'has the role of the turn before': next?.role === role,
  };
  return Object.entries(faults).flatMap(([fault, isThere]) => (isThere ? `turn ${index} ${fault}` : []));
}

const TURNS: Readonly<Partial<Record<DialectName, (body: Json) => Turn[]>>> = {
  'anthropic-messages': ({ messages }) =>
    objects(messages).map(({ role, content }) =>
      turn(
        role,
        objects(typeof content === 'string' ? [{ text: content }] : content).map((block) => ({
          call: block['type'] === 'tool_use' ? string(block['id']) : undefined,
          result: block['type'] === 'tool_result' ? string(block['tool_use_id']) : undefined,
          text: block['text'],
        })),
      ),
    ),
  'bedrock-converse': ({ messages }) =>
    objects(messages).map(({ role, content }) =>
      turn(
        role,
        objects(content).map(({ toolUse, toolResult, text }) => ({
          call: toolUse && string(object(toolUse)['toolUseId']),
          result: toolResult && string(object(toolResult)['toolUseId']),
          text,
        })),
      ),
    ),
  gemini: ({ contents }) =>
    objects(contents).map(({ role, parts }) =>
      turn(
        role,
        objects(parts).map(({ functionCall, functionResponse }) => ({
          call: functionCall && string(object(functionCall)['id']),
          result: functionResponse && string(object(functionResponse)['id']),
        })),
      ),
    ),
};

interface Part {
  readonly call?: unknown;
  readonly result?: unknown;
  readonly text?: unknown;
}

function turn(role: unknown, parts: readonly Part[]): Turn {
  const first = parts.findIndex(({ result }) => result);
  return {
    role,
    calls: parts.flatMap(({ call }) => (typeof call === 'string' ? call : [])),
    results: parts.flatMap(({ result }) => (typeof result === 'string' ? result : [])),
    before: Math.max(0, first),
    blanks: parts.filter(({ text }) => typeof text === 'string' && text.trim() === '').length,
    size: parts.length,
  };
}
