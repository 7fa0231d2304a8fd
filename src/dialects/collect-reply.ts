import { append } from './append.js';
import type { AssistantPart, Citation, ReasoningPart, TextPart, TokenLogprob, ToolCallPart } from './conversation.js';
import type { Choice, Finish, PartEvent, Reply, StreamEvent } from './reply.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A text that grows in place: it may come in very many pieces. */
type GrowingText = Mutable<Omit<TextPart, 'citations' | 'logprobs'>> & {
  citations?: Citation[];
  logprobs?: TokenLogprob[];
};
type GrowingPart = Exclude<AssistantPart, TextPart> | GrowingText;

/** The whole answer that a stream's events tell. */
export function collectReply(events: Iterable<StreamEvent>): Reply {
  const collector = new ReplyCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}

/** Builds an answer from events, in the order of its parts. */
class ReplyCollector {
  private readonly parts = new Map<number, Map<number, GrowingPart>>();
  private readonly finishes = new Map<number, Finish>();
  private readonly head: Mutable<Omit<Reply, 'choices'>> = {};

  push(event: StreamEvent): void {
    if ('part' in event) {
      this.pushPart(event);
      return;
    }
    if (event.type === 'start') {
      this.head.id ??= event.id;
      this.head.model ??= event.model;
      this.head.createdAt ??= event.createdAt;
    }
    if (event.type === 'usage') this.head.usage = event.usage;
    if (event.type === 'finish') this.finishes.set(event.choice, event.finish);
  }

  reply(): Reply {
    const indexes = [...new Set([...this.parts.keys(), ...this.finishes.keys()])].toSorted((a, b) => a - b);
    return { ...this.head, choices: indexes.map((index) => this.choice(index)) };
  }

  private choice(index: number): Choice {
    const parts = [...(this.parts.get(index) ?? [])].toSorted(([a], [b]) => a - b).map(([, part]) => part);
    return { index, parts, finish: this.finishes.get(index) };
  }

  private pushPart(event: PartEvent): void {
    const parts = this.parts.get(event.choice) ?? new Map<number, GrowingPart>();
    this.parts.set(event.choice, parts);
    const part = grow(parts.get(event.part), event);
    if (part) parts.set(event.part, part);
  }
}

/** A part after one more event. */
function grow(part: GrowingPart | undefined, event: PartEvent): GrowingPart | undefined {
  switch (event.type) {
    case 'text': {
      const text = textOf(part);
      text.text += event.text;
      if (event.logprobs) append((text.logprobs ??= []), event.logprobs);
      return text;
    }
    case 'refusal':
      return { type: 'refusal', text: (part?.type === 'refusal' ? part.text : '') + event.text };
    case 'reasoning': {
      const before: ReasoningPart = part?.type === 'reasoning' ? part : { type: 'reasoning', text: '' };
      return { ...before, text: before.text + event.text };
    }
    case 'signature':
      return signed(part, event);
    case 'citation': {
      const text = textOf(part);
      (text.citations ??= []).push(event.citation);
      return text;
    }
    case 'tool-call': {
      const { id, name, custom } = event;
      return { type: 'tool-call', id, name, arguments: '', ...(custom && { custom }) };
    }
    case 'arguments': {
      const before: ToolCallPart =
        part?.type === 'tool-call' ? part : { type: 'tool-call', id: '', name: '', arguments: '' };
      return { ...before, arguments: before.arguments + event.text };
    }
    case 'media':
      return event.media;
    case 'native':
      return event.native;
    case 'part-end':
      return part;
  }
}

function textOf(part: GrowingPart | undefined): GrowingText {
  return part?.type === 'text' ? part : { type: 'text', text: '' };
}

function signed(part: GrowingPart | undefined, { signature }: Extract<PartEvent, { type: 'signature' }>): GrowingPart {
  if (part?.type === 'text' || part?.type === 'tool-call') return { ...part, signature };
  return { type: 'reasoning', text: part?.type === 'reasoning' ? part.text : '', signature };
}
