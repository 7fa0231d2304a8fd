import type { JsonObject } from '../conversation.js';
import { asObject } from '../fields.js';

/**
 * What the model itself wrote of a block, or of a delta of one, in pieces: reasoning, text, tools' names and input. What
 * Anthropic's own tools found is not the model's words.
 */
export function writtenIn(block: JsonObject): string[] {
  const { type } = block;
  if (typeof type !== 'string' || type.endsWith('_tool_result')) return [];
  const input = asObject(block['input']);
  const texts = [
    block['thinking'],
    block['text'],
    block['partial_json'],
    type.endsWith('tool_use') ? block['name'] : '',
  ];
  const said = texts.filter((text): text is string => typeof text === 'string' && text !== '');
  return Object.keys(input).length > 0 ? [...said, JSON.stringify(input)] : said;
}
