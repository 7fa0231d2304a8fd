import type { JsonObject } from '../../src/dialects/conversation.js';
import type { ClientDialectName } from '../../src/dialects/dialects.js';
import { readPlainly } from './plain-reading.js';
import { object, objects, type Json } from './plain/told.js';

const QUESTION = 'What is it?';
const RESULT = 'It is done.';

/**
 * What a client sends next: the answer as it was given to it, and a result for each of its calls; without calls another
 * question.
 */
export const nextTurn: Readonly<Record<ClientDialectName, (answer: Json) => JsonObject>> = {
  'openai-chat': (answer) => {
    const [message] = objects(answer['choices']).map((choice) => choice['message']);
    const results = callsIn('openai-chat', answer).map(({ id }) => ({
      role: 'tool',
      tool_call_id: id,
      content: RESULT,
    }));
    return { messages: [{ role: 'user', content: QUESTION }, message, ...orQuestion(results)] };
  },
  'openai-responses': (answer) => {
    const results = callsIn('openai-responses', answer).map(({ id }) => {
      return { type: 'function_call_output', call_id: id, output: RESULT };
    });
    return { input: [{ role: 'user', content: QUESTION }, ...objects(answer['output']), ...orQuestion(results)] };
  },
  'anthropic-messages': (answer) => {
    const results = callsIn('anthropic-messages', answer).map(({ id }) => {
      return { type: 'tool_result', tool_use_id: id, content: RESULT };
    });
    return {
      max_tokens: 100,
      messages: [
        { role: 'user', content: QUESTION },
        { role: 'assistant', content: answer['content'] },
        { role: 'user', content: results.length > 0 ? results : QUESTION },
      ],
    };
  },
  gemini: (answer) => {
    const candidates = objects(answer['candidates']);
    const contents = candidates.flatMap(({ content }) => (content ? object(content) : []));
    const pieces = candidates.map((candidate) => ({ candidates: [candidate] }));
    const results = readPlainly('gemini', pieces).calls.map(({ id, name }) => {
      return { functionResponse: { id, name, response: { output: RESULT } } };
    });
    const question = { role: 'user', parts: [{ text: QUESTION }] };
    return { contents: [question, ...contents, results.length > 0 ? { role: 'user', parts: results } : question] };
  },
};

function callsIn(client: ClientDialectName, answer: Json) {
  return readPlainly(client, [answer]).calls;
}

function orQuestion(results: readonly object[]): readonly object[] {
  return results.length > 0 ? results : [{ role: 'user', content: QUESTION }];
}
