import { expect, it } from 'vitest';
import type { Message } from './conversation.js';
import { splitInstructions } from './instructions.js';

const [first, second] = [{ type: 'text', text: 'a' } as const, { type: 'text', text: 'b' } as const];
const system: Message = { role: 'system', parts: [first] };
const developer: Message = { role: 'developer', parts: [second] };
const user: Message = { role: 'user', parts: [first] };

it.each<[what: string, messages: Message[], instructions: object[], rest: Message[]]>([
  ['those at the beginning only', [system, developer, user, system], [first, second], [user, system]],
  ['none where the user begins', [user, system], [], [user, system]],
  ['all where there is nothing else', [system, developer], [first, second], []],
])('finds %s', (_, messages, instructions, rest) => {
  expect(splitInstructions(messages)).toEqual({ instructions, rest });
});
