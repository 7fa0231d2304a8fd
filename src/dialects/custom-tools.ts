import type {
  AssistantPart,
  Conversation,
  CustomTool,
  FunctionTool,
  Message,
  Tool,
  ToolResultPart,
} from './conversation.js';
import type { Losses } from './losses.js';
import type { Reply } from './reply.js';

/** The one parameter of a function that stands for a tool of free text. */
const FIELD = 'input';

/** A conversation for a vendor that knows functions only, and how to read its calls. */
export interface FunctionsOnly {
  readonly conversation: Conversation;
  /** Names of the functions that stand for tools of free text. */
  readonly customNames: ReadonlySet<string>;
}

/**
 * Offers tools of free text as functions with one text, for a vendor that has none: agents such as Codex have no other
 * way to run a command. A grammar cannot be enforced there; it goes into the description and is named as lost.
 */
export function asFunctionsOnly(conversation: Conversation, losses: Losses): FunctionsOnly {
  const { tools = [], messages } = conversation;
  const customNames = new Set(tools.flatMap((tool) => (tool.type === 'custom' ? tool.name : [])));
  for (const tool of tools) if (tool.type === 'custom' && tool.format) losses.add(`tools.${tool.name}.format`);
  const hasCalls = messages.some((message) => message.role === 'assistant' && message.parts.some(isCustomCall));
  if (customNames.size === 0 && !hasCalls) return { conversation, customNames };
  const functions = { tools: conversation.tools && tools.map(toFunction), messages: messages.map(withFunctionCalls) };
  return { conversation: { ...conversation, ...functions }, customNames };
}

/** A vendor's answer with its calls of such functions as the calls of free text that the client knows. */
export function withCustomCalls(reply: Reply, customNames: ReadonlySet<string>): Reply {
  if (customNames.size === 0) return reply;
  return {
    ...reply,
    choices: reply.choices.map((choice) => ({
      ...choice,
      parts: choice.parts.map((part) => toCustomCall(part, customNames)),
    })),
  };
}

function toFunction(tool: Tool): Tool {
  if (tool.type !== 'custom') return tool;
  const { format: _, type: __, ...rest } = tool;
  const text = { type: 'string', description: inputDescription(tool) };
  const parameters = { type: 'object', properties: { [FIELD]: text }, required: [FIELD], additionalProperties: false };
  const offered: FunctionTool = { ...rest, type: 'function', parameters };
  return offered;
}

function inputDescription({ format }: CustomTool): string {
  const text = 'The whole input of the tool, as plain text.';
  return format ? `${text} It must follow this grammar: ${JSON.stringify(format)}` : text;
}

function withFunctionCalls(message: Message): Message {
  if (message.role === 'tool') return { ...message, results: message.results.map(withoutCustom) };
  if (message.role !== 'assistant') return message;
  return { ...message, parts: message.parts.map(toFunctionCall) };
}

function withoutCustom(part: ToolResultPart): ToolResultPart {
  const { custom: _, ...result } = part;
  return result;
}

function isCustomCall(part: AssistantPart): boolean {
  return part.type === 'tool-call' && part.custom === true;
}

function toFunctionCall(part: AssistantPart): AssistantPart {
  if (part.type !== 'tool-call' || !part.custom) return part;
  const { custom: _, ...call } = part;
  return { ...call, arguments: JSON.stringify({ [FIELD]: part.arguments }) };
}

function toCustomCall(part: AssistantPart, customNames: ReadonlySet<string>): AssistantPart {
  if (part.type !== 'tool-call' || !customNames.has(part.name)) return part;
  const reader = new InputReader();
  return { ...part, arguments: reader.push(part.arguments) + reader.end(), custom: true };
}

/** Long enough for any way to write it; what is still something else by then stays so. */
const MAX_BEGINNING = 100;
const BEGINNING = /^\s*\{\s*"input"\s*:\s*"/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
/** `\uXXXX` is the longest escape. */
const ESCAPE = /^\\(?:u([0-9a-fA-F]{4})|([^u]))/;

/**
 * Takes the text out of `{"input":"…"}` as its JSON comes, piece by piece. Arguments of another form come out as they
 * are, at the end.
 */
export class InputReader {
  private held = '';
  private state: 'before' | 'inside' | 'after' = 'before';

  /** @returns what of the text is there now */
  push(json: string): string {
    this.held += json;
    if (this.state === 'before') {
      const beginning = this.held.length - json.length > MAX_BEGINNING ? null : BEGINNING.exec(this.held);
      if (!beginning) return '';
      this.held = this.held.slice(beginning[0].length);
      this.state = 'inside';
    }
    return this.state === 'inside' ? this.read() : '';
  }

  /** @returns what was written in another form than expected */
  end(): string {
    return this.state === 'before' ? this.held : '';
  }

  private read(): string {
    let text = '';
    for (;;) {
      const special = this.held.search(/["\\]/);
      text += special === -1 ? this.held : this.held.slice(0, special);
      this.held = special === -1 ? '' : this.held.slice(special);
      if (this.held === '') return text;
      if (this.held.startsWith('"')) {
        this.state = 'after';
        return text;
      }
      const escape = ESCAPE.exec(this.held);
      // The rest of it is still to come.
      if (!escape) return text;
      const [whole, unit, sign = ''] = escape;
      text += unit === undefined ? (ESCAPES[sign] ?? sign) : String.fromCharCode(Number.parseInt(unit, 16));
      this.held = this.held.slice(whole.length);
    }
  }
}
