import { randomUUID } from 'node:crypto';
import type { EchoAnswer } from './echo.js';

/** @see https://platform.openai.com/docs/api-reference/chat/object */
export function wholeCompletion(model: string, answer: EchoAnswer): string {
  const message = {
    role: 'assistant',
    content: answer.toolCall ? null : answer.words.join(''),
    refusal: null,
    ...(answer.toolCall && { tool_calls: [toolCall(answer.toolCall)] }),
  };
  const choices = range(answer.choices).map((index) => ({
    index,
    message,
    logprobs: null,
    finish_reason: answer.finishReason,
  }));
  return JSON.stringify({ ...head('chat.completion', model), choices, usage: usage(answer) });
}

/** The same answer as server-sent events, a word each. */
export function* completionChunks(model: string, answer: EchoAnswer, includeUsage: boolean): Generator<string> {
  const shared = head('chat.completion.chunk', model);
  const chunk = (choices: readonly object[], counted: object | null = null): string =>
    `data: ${JSON.stringify({ ...shared, choices, ...(includeUsage && { usage: counted }) })}\n\n`;
  const delta = (index: number, content: object, finishReason: string | null = null): string =>
    chunk([{ index, delta: content, logprobs: null, finish_reason: finishReason }]);

  for (const index of range(answer.choices)) {
    yield delta(index, { role: 'assistant', content: answer.toolCall ? null : '', refusal: null });
    if (answer.toolCall) {
      const { function: called, ...call } = toolCall(answer.toolCall);
      yield delta(index, { tool_calls: [{ index: 0, ...call, function: { name: called.name, arguments: '' } }] });
      yield delta(index, { tool_calls: [{ index: 0, function: { arguments: called.arguments } }] });
    }
    for (const word of answer.words) yield delta(index, { content: word });
    yield delta(index, {}, answer.finishReason);
  }
  if (includeUsage) yield chunk([], usage(answer));
  yield 'data: [DONE]\n\n';
}

function head(object: string, model: string) {
  const id = `chatcmpl-${randomUUID().replaceAll('-', '')}`;
  return { id, object, created: Math.floor(Date.now() / 1000), model, system_fingerprint: 'fp_simulated' };
}

function toolCall(call: { readonly name: string; readonly arguments: string }) {
  return { id: `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`, type: 'function', function: call };
}

function usage({ promptTokens, completionTokens, choices }: EchoAnswer) {
  const completion = completionTokens * choices;
  return { prompt_tokens: promptTokens, completion_tokens: completion, total_tokens: promptTokens + completion };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
