import { append } from '../append.js';
import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asCount, asNumber, asText, Fields, objectsIn } from '../fields.js';
import type { StreamEvent } from '../reply.js';
import { readSources } from './openai-chat.annotations.js';
import { ChoiceDecoder } from './openai-chat.choice-decoder.js';
import { failureIn } from './openai-chat.error.js';
import { usageIn } from './openai-chat.usage.js';

/** What vendors say about the answer besides it: OpenAI and most, then hosts of models, then servers one runs oneself. */
const OTHER_FIELDS = `object service_tier system_fingerprint obfuscation metadata moderation request_id error
  provider openrouter_metadata user_id x_groq usage_breakdown prompt_filter_results prompt_annotations prompt warnings
  perf_metrics time_info raw_output images videos related_questions type status debug_output p nonce
  prompt_logprobs prompt_token_ids kv_transfer_params sglext timings __verbose`.split(/\s+/);

/** Reads a reply, or the chunks of a stream: the one is the other told at once. */
export class ChunkDecoder {
  private readonly choices = new Map<number, ChoiceDecoder>();
  private readonly cited = new Set<string>();
  private id: string | undefined;
  private hasStarted = false;

  /** @param field the choice's field that holds the answer */
  constructor(
    private readonly field: 'message' | 'delta',
    private readonly unknown: UnknownFields | undefined,
  ) {}

  /** Whether each answer that has begun has ended. */
  get isFinished(): boolean {
    return this.choices.size > 0 && [...this.choices.values()].every((choice) => choice.isFinished);
  }

  read(value: JsonObject): readonly StreamEvent[] {
    const error = failureIn(value);
    if (error && value['choices'] === undefined) return [{ type: 'error', error }];
    const chunk = new Fields(value, '', this.unknown);
    const events: StreamEvent[] = [...this.start(chunk)];
    const ends: StreamEvent[] = [];
    for (const [position, item] of objectsIn(chunk.get('choices')).entries()) {
      const fields = new Fields(item, 'choices[]', this.unknown);
      const choice = this.choice(asCount(fields.get('index')) ?? position);
      const message = new Fields(fields.get(this.field), `choices[].${this.field}`, this.unknown);
      append(events, choice.read(fields, message, this.id ?? ''));
      append(ends, choice.finish(fields));
    }
    append(events, this.sources(chunk));
    append(events, ends);
    const usage = usageIn(value, this.unknown);
    if (usage) events.push({ type: 'usage', usage });
    chunk.ignore('usage', ...OTHER_FIELDS).end();
    if (error) events.push({ type: 'error', error });
    return events;
  }

  private *start(chunk: Fields): Generator<StreamEvent> {
    const id = asText(chunk.get('id')) || undefined;
    const model = asText(chunk.get('model')) || undefined;
    const created = asNumber(chunk.get('created'));
    this.id ??= id;
    // Azure's first chunk tells nothing but what its filter found.
    if (this.hasStarted || (id === undefined && model === undefined)) return;
    this.hasStarted = true;
    yield { type: 'start', id, model, createdAt: created ? Math.floor(created) : undefined };
  }

  /** Perplexity repeats its sources in each chunk. */
  private sources(chunk: Fields): readonly StreamEvent[] {
    const sources = readSources(chunk.get('citations'), chunk.get('search_results'));
    return sources.flatMap((citation) => {
      if (citation.url === undefined || this.cited.has(citation.url)) return [];
      this.cited.add(citation.url);
      return this.choice(0).cite(citation);
    });
  }

  private choice(index: number): ChoiceDecoder {
    const known = this.choices.get(index);
    if (known) return known;
    const choice = new ChoiceDecoder(index, this.unknown);
    this.choices.set(index, choice);
    return choice;
  }
}
