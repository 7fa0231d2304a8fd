import type { WireFormat } from '../plain-reading.js';
import { readPlainly } from '../plain-reading.js';
import { type Json, object, objects, type Told } from './told.js';

/** What a request says that the assistant has said, read like an answer. */
export function readTurns(format: WireFormat, body: Json): Told {
  return readPlainly(format, [AS_ANSWER[format](body)]);
}

const AS_ANSWER: Readonly<Record<WireFormat, (body: Json) => Json>> = {
  'openai-chat': ({ messages }) => {
    const said = byAssistant(messages);
    const all = (key: string) => said.flatMap((message) => objects(message[key]));
    return {
      choices: [
        {
          message: {
            ...Object.assign({}, ...said),
            tool_calls: all('tool_calls').map((call, index) => Object.assign({ index }, call)),
            reasoning_details: all('reasoning_details'),
          },
        },
      ],
    };
  },
  'openai-responses': ({ input }) => ({ output: objects(input).map(asItem) }),
  'anthropic-messages': ({ messages }) => ({ type: 'message', content: contentOf(byAssistant(messages)) }),
  gemini: ({ contents }) => {
    const parts = objects(contents).flatMap((content) =>
      content['role'] === 'model' ? objects(content['parts']) : [],
    );
    return { candidates: [{ content: { parts } }] };
  },
  'bedrock-converse': ({ messages }) => ({ output: { message: { content: contentOf(byAssistant(messages)) } } }),
};

function byAssistant(messages: unknown): Json[] {
  return objects(messages).filter(({ role }) => role === 'assistant');
}

function contentOf(messages: readonly Json[]): Json[] {
  return messages.flatMap(({ content }) => objects(content));
}

/** A message's short form has its text alone. */
function asItem(item: Json): Json {
  if (item['role'] === undefined) return object(item);
  if (item['role'] !== 'assistant') return {};
  const { content } = item;
  return { type: 'message', content: typeof content === 'string' ? [{ type: 'output_text', text: content }] : content };
}
