/** The models that the fixed-reply upstream knows; the name chooses how it answers. */
export const models = {
  /** JSON at once, or a stream of chunks as fast as they are read. */
  instant: 'bench-model',
  /** A stream that pauses behind its first chunk, so that nothing else runs while that one is on its way. */
  opening: 'bench-opening',
  /** A stream with a pause between the chunks. */
  paced: 'bench-paced',
  /** A stream that stays open for minutes. */
  trickle: 'bench-trickle',
} as const;
export type Model = (typeof models)[keyof typeof models];

export const chunksPerStream = 100;
/** The chunks, and `[DONE]`: what a client that did not ask for usage has to see. */
export const eventsPerStream = chunksPerStream + 1;
export const openingGapMs = 2;
export const pacedGapMs = 5;
export const trickleGapMs = 1000;

/** A chat request as an SDK sends it. The `bench/` provider prefix is for the gateway; the other devices ignore it. */
export function chatBody(
  model: Model,
  options: { readonly stream?: boolean; readonly promptBytes?: number } = {},
): string {
  const prompt = options.promptBytes === undefined ? 'Say hello.' : longPrompt(options.promptBytes);
  return JSON.stringify({
    model: `bench/${model}`,
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: prompt },
    ],
    temperature: 0.7,
    ...(options.stream === true ? { stream: true } : {}),
  });
}

/** Text with the quotes, line ends and accents of real prompts, since escapes are what makes JSON slow. */
function longPrompt(bytes: number): string {
  const paragraph = 'The "quick" brown fox — café, naïve — jumps over the lazy dog.\nconst path = "C:\\\\temp";\n';
  return paragraph.repeat(Math.ceil(bytes / Buffer.byteLength(JSON.stringify(paragraph))));
}
