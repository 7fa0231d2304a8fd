import type { ClientDialectName } from '../../src/dialects/dialects.js';

interface Wanted {
  readonly model: string;
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  readonly stream: boolean;
}

const QUESTION = 'What is it?';
const SCHEMA = { type: 'object', properties: {} };

/** The smallest request of each dialect's clients. */
export const clientRequests: Readonly<
  Record<ClientDialectName, (wanted: Wanted) => { readonly path: string; readonly body: object }>
> = {
  'openai-chat': ({ model, tools, stream }) => ({
    path: '/v1/chat/completions',
    body: {
      model,
      messages: [{ role: 'user', content: QUESTION }],
      ...listed(tools, (name) => ({ type: 'function', function: { name, parameters: SCHEMA } })),
      ...(stream && { stream, stream_options: { include_usage: true } }),
    },
  }),
  'openai-responses': ({ model, tools, stream }) => ({
    path: '/v1/responses',
    body: {
      model,
      input: QUESTION,
      ...listed(tools, (name) => ({ type: 'function', name, parameters: SCHEMA, strict: false })),
      ...(stream && { stream }),
    },
  }),
  'anthropic-messages': ({ model, tools, stream }) => ({
    path: '/v1/messages',
    body: {
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: QUESTION }],
      ...listed(tools, (name) => ({ name, input_schema: SCHEMA })),
      ...(stream && { stream }),
    },
  }),
  gemini: ({ model, tools, stream }) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: {
      contents: [{ role: 'user', parts: [{ text: QUESTION }] }],
      ...(tools.length > 0 && {
        tools: [{ functionDeclarations: tools.map((name) => ({ name, parameters: SCHEMA })) }],
      }),
    },
  }),
};

function listed(tools: readonly string[], write: (name: string) => object): object {
  return tools.length > 0 ? { tools: tools.map(write) } : {};
}
