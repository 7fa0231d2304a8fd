/** Builders for what an OpenAI-like vendor sends. */

export const DONE = 'data: [DONE]\n\n';

export const SIX_TOKENS = { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 };

export interface ChatReplyParts {
  readonly content?: string;
  /** `null` leaves the vendor's usage out. */
  readonly usage?: object | null;
  readonly model?: string;
}

export function chatReply({ content = 'pong', usage = SIX_TOKENS, model = 'fake' }: ChatReplyParts = {}): object {
  return {
    id: 'chatcmpl-fake',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [
      { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    ...(usage === null ? {} : { usage }),
  };
}

export function dataEvent(payload: object): string {
  return `data: ${JSON.stringify(payload)}\n\n`;
}

export function contentChunk(content: string): string {
  return chunk([{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }]);
}

export function finishChunk(extra: object = {}): string {
  return chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], extra);
}

/** The chunk that OpenAI sends after the last choice when a client asks for `include_usage`. */
function usageChunk(usage: object = SIX_TOKENS): string {
  return chunk([], { usage });
}

/** A whole stream: the words, the finish reason, usage, `[DONE]`. */
export function wholeStream(words: readonly string[] = ['po', 'ng'], usage: object = SIX_TOKENS): string[] {
  return [...words.map(contentChunk), finishChunk(), usageChunk(usage), DONE];
}

function chunk(choices: readonly object[], extra: object = {}): string {
  return dataEvent({
    id: 'chatcmpl-fake',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'fake',
    choices,
    ...extra,
  });
}
