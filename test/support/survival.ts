import type {
  AssistantPart,
  Conversation,
  MediaPart,
  NativePart,
  TextPart,
  Tool,
  ToolResultPart,
} from '../../src/dialects/conversation.js';
import { type Json, leavesOf, leavesWithin } from './leaves.js';
import { isOffered, lostMarks } from './surviving-marks.js';
import { lostSettings } from './surviving-settings.js';

/** Something that a conversation says. */
interface Atom {
  readonly what: string;
  /** Found in the vendor's body as it is, or within a longer text. */
  readonly text: string;
  /** What it may be called where it is lost; empty for what every dialect can say. */
  readonly names: readonly string[];
}

/**
 * What of a conversation neither stands in the vendor's body nor is named among what was lost.
 * @param names what the encoder says that it has lost
 */
export function lostSilently(conversation: Conversation, body: Json, names: readonly string[]): string[] {
  const leaves = leavesOf(body);
  const all = leaves.map(({ value }) => value).join('\u0000');
  const stands = (text: string): boolean => all.includes(text) || all.includes(Buffer.from(text).toString('base64'));
  // A tool's result that is JSON may be written as JSON.
  // White space at the end may be taken off.
  const isKept = ({ text }: Atom): boolean => stands(text.trim()) || isKeptAsJson(text, stands);
  const lost = atomsOf(conversation).filter(
    (atom) => !isKept(atom) && !atom.names.some((name) => names.includes(name)),
  );
  return [
    ...lost.map(({ what, text }) => `${what}: ${text.slice(0, 60)}`),
    ...lostSettings(conversation, leaves, names),
    ...lostMarks(conversation, JSON.stringify(body), names),
    ...conversation.unmodelled.filter((name) => !names.includes(name)),
  ];
}

function isKeptAsJson(text: string, stands: (text: string) => boolean): boolean {
  const within = leavesWithin(text);
  return within.length > 0 && within.every(({ value }) => stands(value));
}

function atomsOf({ messages, tools = [], toolChoice }: Conversation): Atom[] {
  const said = messages.flatMap((message): Atom[] => {
    const parts = message.role === 'tool' ? message.results.flatMap(resultAtoms) : message.parts.flatMap(partAtoms);
    const name = 'name' in message ? message.name : undefined;
    return name === undefined ? parts : [...parts, { what: 'message name', text: name, names: ['message_name'] }];
  });
  return [...said, ...tools.filter((tool) => isOffered(tool, toolChoice)).flatMap(toolAtoms)].filter(
    ({ text }) => text.trim() !== '',
  );
}

function partAtoms(part: AssistantPart | ToolResultPart['parts'][number]): Atom[] {
  switch (part.type) {
    case 'text':
      return textAtoms(part);
    case 'refusal':
      return [{ what: 'refusal', text: part.text, names: ['refusal'] }];
    case 'reasoning':
      return [{ what: 'reasoning', text: part.text, names: ['reasoning'] }, ...signatureAtoms(part)];
    case 'tool-call': {
      const args = part.custom ? [part.arguments] : leavesOf(parsed(part.arguments)).map(({ value }) => value);
      const told = [part.name, ...args].map((text) => ({ what: 'tool call', text, names: [] }));
      return [...told, ...signatureAtoms(part)];
    }
    case 'media':
      return mediaAtoms(part);
    case 'native':
      return nativeAtoms(part);
  }
}

function textAtoms(part: TextPart): Atom[] {
  const citations = (part.citations ?? []).flatMap(({ url, title }) => [url ?? title ?? '']);
  return [
    { what: 'text', text: part.text, names: [] },
    ...citations.map((text) => ({ what: 'citation', text, names: ['citations'] })),
    ...signatureAtoms(part),
  ];
}

function signatureAtoms({ signature }: Pick<TextPart, 'signature'>): Atom[] {
  if (!signature) return [];
  return [{ what: 'signature', text: signature.value, names: ['reasoning_signature', 'reasoning'] }];
}

function mediaAtoms({ kind, source, name }: MediaPart): Atom[] {
  const texts = { data: 'base64', url: 'url', file: 'id', text: 'text' } as const;
  const text = Object.entries(source).find(([key]) => key === texts[source.type])?.[1] ?? '';
  const content = { what: kind, text, names: [kind, ...(source.type === 'file' ? ['file_id'] : [])] };
  // What is at an address has its name there.
  if (name === undefined || source.type === 'url') return [content];
  // Bedrock allows few signs.
  return [content, { what: `name of ${kind}`, text: /^[a-z\d]*/i.exec(name)?.[0] ?? '', names: [kind] }];
}

function nativeAtoms({ kind, value }: NativePart): Atom[] {
  return leavesOf(value).map(({ value: text }) => ({ what: kind, text, names: [kind] }));
}

function resultAtoms({ parts }: ToolResultPart): Atom[] {
  return parts.flatMap(partAtoms);
}

function toolAtoms(tool: Tool): Atom[] {
  if (tool.type === 'native') {
    return leavesOf(tool.value).map(({ value }) => ({ what: 'tool', text: value, names: [`tools.${tool.kind}`] }));
  }
  const { name, description = '' } = tool;
  return [name, description].map((text) => ({ what: 'tool', text, names: [`tools.${name}`] }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
