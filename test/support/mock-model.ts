/** What the mock engine's model says: the same for the same request, and as much as a test of engines asks for. */

type Json = Readonly<Record<string, unknown>>;

interface Part {
  readonly type: string;
  readonly text?: string;
}

interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly Part[] | null;
  readonly reasoning_content?: string | null;
}

interface ChatTool {
  readonly type: string;
  readonly function: { readonly name: string; readonly parameters?: Json };
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly tools?: readonly ChatTool[];
  readonly tool_choice?: string | { readonly function: { readonly name: string } };
  readonly parallel_tool_calls?: boolean;
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema?: Json } };
  readonly reasoning_effort?: string;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly stop?: string | readonly string[];
  readonly n?: number;
  readonly logprobs?: boolean;
  readonly top_logprobs?: number;
}

interface Call {
  readonly name: string;
  readonly arguments: string;
}

/** An answer in tokens. */
export interface Said {
  readonly thought: readonly string[];
  readonly text: readonly string[];
  readonly calls: readonly Call[];
  readonly finish: 'stop' | 'length' | 'tool_calls';
  /** The stop sequence that ended it. */
  readonly stoppedBy: string | null;
}

const THOUGHT = 'The question is plain, and so is its answer.';
const CACHE_BLOCK = 64;
const ESSAY =
  'Hello from a small engine. The sea is wide and grey, and it does not end where the eye does. It gives salt, ' +
  'fish and weather, takes rivers and boats, and keeps no record of either. One, two, three, four, five waves come ' +
  'in; each of them has been on its way for days, and none of them is in a hurry.';

/** Words with the space before them: what this model counts in. */
export function tokensIn(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

export function answer(request: ChatRequest): Said {
  const calls = callsFor(request);
  const thought = (request.reasoning_effort ?? 'none') === 'none' ? [] : tokensIn(THOUGHT);
  if (calls.length > 0) return { thought, text: [], calls, finish: 'tool_calls', stoppedBy: null };
  const stops = [request.stop ?? []].flat();
  const whole = words(request);
  const stoppedBy = stops.find((stop) => whole.includes(stop)) ?? null;
  const text = tokensIn(stoppedBy === null ? whole : whole.slice(0, whole.indexOf(stoppedBy)));
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  if (thought.length + text.length <= limit) return { thought, text, calls, finish: 'stop', stoppedBy };
  const room = Math.max(0, limit - thought.length);
  return { thought: thought.slice(0, limit), text: text.slice(0, room), calls, finish: 'length', stoppedBy: null };
}

function words(request: ChatRequest): string {
  const { response_format: format, messages } = request;
  if (format?.type === 'json_schema') return JSON.stringify(sampleOf(format.json_schema?.schema ?? {}));
  if (format?.type === 'json_object') return '{"name": "Ada", "age": 36}';
  const asked = textOf(messages.findLast(({ role }) => role === 'user'));
  const said = messages
    .filter(({ role }) => role === 'user')
    .map(textOf)
    .join('\n');
  const instructions = messages.filter(({ role }) => role === 'system' || role === 'developer').map(textOf);
  const dictated = /reply with exactly the word "(\w+)"/.exec(instructions.join('\n'))?.[1];
  if (dictated !== undefined) return dictated;
  if (messages.at(-1)?.role === 'assistant') return 'is.';
  if (messages.at(-1)?.role === 'tool') return `The tool said: ${textOf(messages.at(-1))}`;
  const echo = /(?:Repeat this text exactly, nothing else|Say exactly): (.*)/s.exec(asked)?.[1];
  if (echo !== undefined) return echo;
  const sum = /(\d+) ([+*]) (\d+)/.exec(asked);
  if (sum) return String(sum[2] === '+' ? Number(sum[1]) + Number(sum[3]) : Number(sum[1]) * Number(sum[3]));
  if (asked.includes('capital of France')) return 'Paris';
  if (asked.includes('my name')) return /name is (\w+)/.exec(said)?.[1] ?? 'You have not told me.';
  return ESSAY;
}

function callsFor({ tools = [], tool_choice: choice = 'auto', messages, ...request }: ChatRequest): Call[] {
  if (choice === 'none' || tools.length === 0 || messages.at(-1)?.role === 'tool') return [];
  const asked = textOf(messages.findLast(({ role }) => role === 'user'));
  if (typeof choice === 'object') {
    return tools.filter((tool) => tool.function.name === choice.function.name).map((tool) => callOf(tool, asked));
  }
  const wantsAll = request.parallel_tool_calls !== false && /\bboth\b/i.test(asked);
  return tools.slice(0, wantsAll ? tools.length : 1).map((tool) => callOf(tool, asked));
}

function callOf({ function: { name, parameters = {} } }: ChatTool, asked: string): Call {
  const sample = sampleOf(parameters);
  // What is dictated stands at the end of the request.
  const content = /content exactly:\n(.*)$/s.exec(asked)?.[1];
  return { name, arguments: JSON.stringify(content === undefined ? sample : { path: 'notes.md', content }) };
}

/** A value that a JSON schema allows. */
function sampleOf(schema: Json): unknown {
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return 4;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'string':
      return 'Paris';
    default: {
      const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Json>>;
      const required = (schema['required'] ?? []) as readonly string[];
      return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
    }
  }
}

function textOf(message: ChatMessage | undefined): string {
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join('\n');
}

/** How much of the prompt the engine has cached: what it shares with an earlier one, in whole blocks and never all. */
export function cachedTokens(prompt: string, earlier: readonly string[]): number {
  const shared = Math.max(0, ...earlier.map((other) => sharedLength(prompt, other)));
  const tokens = tokensIn(prompt.slice(0, Math.min(shared, prompt.length - 1))).length - 1;
  return Math.max(0, tokens - (tokens % CACHE_BLOCK));
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
