import type { Provider } from '../../src/providers/provider.js';

/** A provider of OpenAI's chat dialect that nobody may call, but for what a test replaces. */
export function stubProvider<T extends Partial<Provider>>(replaced: T): Provider & T {
  return {
    name: 'stub',
    priceId: undefined,
    speaks: ['openai-chat'],
    embeds: undefined,
    countsTokens: [],
    askForUsage: true,
    adapt: (body) => ({ body, dropped: [] }),
    send: () => Promise.reject(new Error('no call')),
    listModels: async () => [],
    ...replaced,
  };
}
