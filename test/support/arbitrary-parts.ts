import fc from 'fast-check';
import type {
  AssistantPart,
  CacheMarker,
  Citation,
  FunctionTool,
  MediaPart,
  ReasoningPart,
  Signature,
  SignatureOrigin,
  TextPart,
  TokenLogprob,
  Tool,
  ToolCallPart,
  UserPart,
} from '../../src/dialects/conversation.js';
import type { Features } from './arbitrary-features.js';
import { base64, identifier, json, schema, url, word, words } from './arbitrary-words.js';

export function userParts({ images, documents, sounds, cache }: Features): fc.Arbitrary<UserPart> {
  const kinds: fc.Arbitrary<UserPart>[] = [texts(cache)];
  if (images) kinds.push(imageParts(cache));
  if (documents) kinds.push(documentParts());
  if (sounds) kinds.push(soundParts());
  return fc.oneof(...kinds);
}

function imageParts(cache: boolean | undefined): fc.Arbitrary<MediaPart> {
  const data = fc.record({ type: fc.constant('data' as const), base64 });
  const linked = fc.record({ type: fc.constant('url' as const), url });
  const common = { type: fc.constant('media' as const), kind: fc.constant('image' as const), ...marked(cache) };
  const required = ['type', 'kind', 'source'] as const;
  return fc.oneof(
    fc.record({ ...common, source: linked, detail: fc.constantFrom('low', 'high') }, { requiredKeys: [...required] }),
    fc.record(
      { ...common, source: data, mediaType: fc.constantFrom('image/png', 'image/jpeg') },
      { requiredKeys: [...required, 'mediaType'] },
    ),
  );
}

function documentParts(): fc.Arbitrary<MediaPart> {
  return fc.record({
    type: fc.constant('media' as const),
    kind: fc.constant('document' as const),
    source: fc.record({ type: fc.constant('data' as const), base64 }),
    mediaType: fc.constant('application/pdf'),
    name: word.map((name) => `${name}.pdf`),
  });
}

function soundParts(): fc.Arbitrary<MediaPart> {
  return fc.record({
    type: fc.constant('media' as const),
    kind: fc.constant('audio' as const),
    source: fc.record({ type: fc.constant('data' as const), base64 }),
    mediaType: fc.constantFrom('audio/wav', 'audio/mpeg'),
  });
}

export function texts(cache: boolean | undefined): fc.Arbitrary<TextPart> {
  return fc.record(
    { type: fc.constant('text' as const), text: words, ...marked(cache) },
    { requiredKeys: ['type', 'text'] },
  );
}

function marked(cache: boolean | undefined): { readonly cache?: fc.Arbitrary<CacheMarker> } {
  return cache ? { cache: fc.oneof(fc.constant({}), fc.record({ ttl: fc.constantFrom('5m', '1h') })) } : {};
}

export function assistantParts({ refusals }: Features): fc.Arbitrary<readonly AssistantPart[]> {
  const text = words.map((text): AssistantPart => ({ type: 'text', text }));
  const refusal = words.map((text): AssistantPart => ({ type: 'refusal', text }));
  return refusals ? fc.oneof(fc.tuple(text), fc.tuple(refusal), fc.tuple(text, refusal)) : fc.tuple(text);
}

/** At most one part without signature, since nothing tells where one ends and the next begins. */
export function reasoning({ reasoning }: Features): fc.Arbitrary<readonly ReasoningPart[]> {
  if (reasoning === undefined) return fc.constant([]);
  const plain = words.map((text): ReasoningPart => ({ type: 'reasoning', text }));
  if (reasoning === 'unsigned') return fc.array(plain, { maxLength: 1 });
  return fc.array(fc.oneof(...reasoning.map(signedReasoning)), { maxLength: 2 });
}

function signedReasoning(origin: SignatureOrigin): fc.Arbitrary<ReasoningPart> {
  const signature = fc.record(
    { origin: fc.constant(origin), value: identifier, ...(origin === 'openai' && { id: word }) },
    { requiredKeys: ['origin', 'value'] },
  );
  const shown = fc.record({ type: fc.constant('reasoning' as const), text: words, signature });
  const sealed = fc.record({
    type: fc.constant('reasoning' as const),
    text: fc.constant(''),
    signature: fc.record(
      {
        origin: fc.constant(origin),
        value: identifier,
        ...(origin === 'openai' && { id: word }),
        ...(origin === 'anthropic' && { redacted: fc.constant(true as const) }),
      },
      { requiredKeys: ['origin', 'value', ...(origin === 'anthropic' ? (['redacted'] as const) : [])] },
    ),
  });
  return fc.oneof(shown, sealed);
}

export function tools({ customTools, cache }: Features): fc.Arbitrary<Tool> {
  const called: fc.Arbitrary<FunctionTool> = fc.record(
    { type: fc.constant('function' as const), name: word, description: words, parameters: schema, ...marked(cache) },
    { requiredKeys: ['type', 'name', 'parameters'] },
  );
  const custom = fc.record(
    { type: fc.constant('custom' as const), name: word, description: words },
    { requiredKeys: ['type', 'name'] },
  );
  return customTools ? fc.oneof(called, custom) : called;
}

export function nameOf(tool: Tool): string {
  return tool.type === 'native' ? tool.kind : tool.name;
}

export function calls(
  features: Features,
  tools: readonly Tool[],
  prefix: string,
): fc.Arbitrary<readonly ToolCallPart[]> {
  const callable = tools.filter((tool) => tool.type !== 'native');
  if (callable.length === 0) return fc.constant([]);
  const call = fc.constantFrom(...callable).chain((tool) =>
    fc.record({
      name: fc.constant(tool.name),
      text: tool.type === 'custom' ? words : json,
      custom: fc.constant(tool.type === 'custom'),
      signature: callSignature(features),
    }),
  );
  return fc
    .array(call, { maxLength: 3 })
    .map((found) => found.map((one, index) => callOf(one, `call_${prefix}_${index}`)));
}

interface Called {
  readonly name: string;
  readonly text: string;
  readonly custom: boolean;
  readonly signature: Signature | undefined;
}

function callOf({ name, text, custom, signature }: Called, id: string): ToolCallPart {
  const more = { ...(custom && ({ custom } as const)), ...(signature && { signature }) };
  return { type: 'tool-call', id, name, arguments: text, ...more };
}

function callSignature({ callSignatures }: Features): fc.Arbitrary<Signature | undefined> {
  if (!callSignatures) return fc.constant(undefined);
  return fc.option(fc.record({ origin: fc.constantFrom(...callSignatures), value: identifier }), { nil: undefined });
}

export function replyText({ citations, logprobs }: Features): fc.Arbitrary<TextPart> {
  return fc.record(
    {
      type: fc.constant('text' as const),
      text: words,
      ...(citations && { citations: fc.array(citation, { minLength: 1, maxLength: 2 }) }),
      ...(logprobs && { logprobs: fc.array(logprob, { minLength: 1, maxLength: 3 }) }),
    },
    { requiredKeys: ['type', 'text'] },
  );
}

const citation: fc.Arbitrary<Citation> = fc
  .record({ url, title: words, start: fc.nat(100), length: fc.integer({ min: 1, max: 50 }) })
  .map(({ url, title, start, length }) => ({ url, title, start, end: start + length }));

const token = fc.record({
  token: words,
  logprob: fc.double({ min: -20, max: 0, noNaN: true }),
  bytes: fc.array(fc.nat(255), { maxLength: 4 }),
});

const logprob: fc.Arbitrary<TokenLogprob> = fc.record({
  token: words,
  logprob: fc.double({ min: -20, max: 0, noNaN: true }),
  top: fc.array(token, { minLength: 1, maxLength: 2 }),
});
