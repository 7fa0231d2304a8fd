import {
  OUTPUT_TOKENS,
  PROMPT_TOKENS,
  Refusal,
  THOUGHT,
  TOKENS,
  names,
  pieces,
  refuseUnknown,
  type Answer,
  type Heard,
} from './script.js';
import { event, type Voice } from './voice.js';

interface Part {
  readonly text?: string;
  readonly thought?: boolean;
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
  readonly functionCall?: { readonly id?: string; readonly name: string };
  readonly functionResponse?: { readonly id?: string; readonly name: string; readonly response: object };
  readonly thoughtSignature?: string;
}

interface Content {
  readonly role?: string;
  readonly parts?: readonly Part[];
}

interface Request {
  readonly contents: readonly Content[];
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
  readonly toolConfig?: {
    readonly functionCallingConfig?: { readonly mode?: string; readonly allowedFunctionNames?: readonly string[] };
  };
  readonly generationConfig?: {
    readonly responseMimeType?: string;
    readonly responseSchema?: object;
    readonly responseJsonSchema?: object;
    readonly thinkingConfig?: { readonly includeThoughts?: boolean };
  };
}

type WholeRequest = Request & { readonly model?: string };

const KNOWN = names(`
  contents systemInstruction tools toolConfig generationConfig safetySettings cachedContent labels serviceTier store
`);
const PATH = /\/models\/([^/:]+):(\w+)/;
/** Base64, as theirs are. */
const SIGNATURE = 'Eq4BCqsBAXLI2nxMZXQgbWUgdGhpbmsu';
/**
 * What Google has a caller send for a call that its models have not made; recorded in base64, too.
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures#faqs
 */
const SKIPS = names('skip_thought_signature_validator c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=');

/** Google's own, a Gemini 3: it signs the first call of every turn, thoughts shown or not, and wants that back. */
export const geminiVoice: Voice = {
  dialect: 'gemini',
  streamType: 'text/event-stream',
  overflow: new Refusal('The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'),
  refusal: ({ message }) => ({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }),

  hear({ path, body }): Heard {
    const [, model = '', method] = PATH.exec(path) ?? [];
    const request = requestIn(body as Request & { readonly generateContentRequest?: WholeRequest });
    refuseUnknown(
      request,
      KNOWN,
      (field) => `Invalid JSON payload received. Unknown name "${field}": Cannot find field.`,
    );
    const config = request.toolConfig?.functionCallingConfig;
    const declared = (request.tools ?? []).flatMap(({ functionDeclarations = [] }) => functionDeclarations);
    const users = request.contents.filter(({ role }) => role !== 'model').flatMap(({ parts = [] }) => parts);
    const turns = turnsIn(request.contents);
    const { thinkingConfig, responseMimeType, responseSchema, responseJsonSchema } = request.generationConfig ?? {};
    return {
      model: decodeURIComponent(model),
      stream: method === 'streamGenerateContent',
      text: users.map(({ text = '' }) => text).join(''),
      tool: config?.mode === 'NONE' ? undefined : (config?.allowedFunctionNames?.[0] ?? declared[0]?.name),
      calls: turns
        .flat()
        .flatMap(({ functionCall: call }) => (call ? { id: call.id ?? call.name, name: call.name } : [])),
      results: users.flatMap(({ functionResponse: result }) =>
        result ? { callId: result.id ?? result.name, text: outcomeOf(result.response) } : [],
      ),
      wantsJson: responseMimeType === 'application/json' && (responseSchema ?? responseJsonSchema) !== undefined,
      wantsReasoning: thinkingConfig?.includeThoughts === true,
      images: users.flatMap(({ inlineData }) => inlineData?.mimeType ?? []),
      signature: returned(turns),
    };
  },

  reply(answer, { model }) {
    return chunk(model, partsFor(answer), OUTPUT_TOKENS, true);
  },

  *stream(answer, { model }) {
    for (const part of partsFor(answer)) {
      const texts = part.text === undefined ? [{}] : pieces(part.text).map((text) => ({ text }));
      for (const text of texts) yield event(chunk(model, [{ ...part, ...text }], 1, false));
    }
    yield event(chunk(model, [{ text: '' }], OUTPUT_TOKENS, true));
  },
};

function partsFor({ reasoning, text, calls }: Answer): Part[] {
  return [
    ...(reasoning ? [{ text: THOUGHT, thought: true }] : []),
    ...(text === '' ? [] : [{ text }]),
    ...calls.map(({ number, name, arguments: args }) => ({
      functionCall: { id: `g98os1J${number}`, name, args: JSON.parse(args) as unknown },
      ...(number === 0 && { thoughtSignature: SIGNATURE }),
    })),
  ];
}

/** An answer or a piece of one; the usage in a piece is what it has come to so far. */
function chunk(model: string, parts: readonly Part[], outputTokens: number, isLast: boolean): object {
  const thoughtsTokenCount = isLast ? TOKENS.thinking : 0;
  return {
    candidates: [{ content: { parts, role: 'model' }, ...(isLast && { finishReason: 'STOP' }), index: 0 }],
    usageMetadata: {
      promptTokenCount: PROMPT_TOKENS,
      candidatesTokenCount: outputTokens - thoughtsTokenCount,
      totalTokenCount: PROMPT_TOKENS + outputTokens,
      cachedContentTokenCount: TOKENS.cached,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: PROMPT_TOKENS }],
      cacheTokensDetails: [{ modality: 'TEXT', tokenCount: TOKENS.cached }],
      thoughtsTokenCount,
    },
    modelVersion: model,
    responseId: 'conversing-response',
  };
}

/** To count tokens, a whole request may be sent inside of one. */
function requestIn({
  generateContentRequest: whole,
  ...request
}: Request & { readonly generateContentRequest?: WholeRequest }): Request {
  if (whole === undefined) return request;
  const { model: _, ...rest } = whole;
  return rest;
}

/** What the model said, turn by turn: a client may keep each piece of a stream as a content of its own. */
function turnsIn(contents: readonly Content[]): readonly (readonly Part[])[] {
  const turns: Part[][] = [];
  contents.forEach(({ role, parts = [] }, index) => {
    if (role !== 'model') return;
    if (contents[index - 1]?.role === 'model') turns.at(-1)?.push(...parts);
    else turns.push([...parts]);
  });
  return turns;
}

function returned(turns: readonly (readonly Part[])[]): Heard['signature'] {
  const first = turns.flatMap((parts) => parts.find(({ functionCall }) => functionCall !== undefined) ?? []);
  if (first.length === 0) return 'none due';
  if (first.every(({ thoughtSignature }) => thoughtSignature === SIGNATURE)) return 'returned';
  if (first.every(({ thoughtSignature = '' }) => SKIPS.has(thoughtSignature))) return 'missing';
  throw new Refusal('Function call is missing a thought_signature in functionCall parts.');
}

/** A tool's outcome stands in an object, under a name that is the caller's choice. */
function outcomeOf(response: object): string {
  const values: readonly unknown[] = Object.values(response);
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ');
}
