import {
  type Conversation,
  EFFORTS,
  type Effort,
  type ReasoningRequest,
  type ResponseFormat,
} from '../conversation.js';
import type { RequestFields } from './gemini.request.fields.js';
import { toJsonSchema } from './gemini.schema.js';

type Generation = Omit<Conversation, 'model' | 'stream' | 'messages' | 'tools' | 'toolChoice' | 'unmodelled'>;

/**
 * Reads `generationConfig`.
 * @param unmodelled collects the names of its fields that the canonical form has no place for
 */
export function decodeGenerationConfig(config: RequestFields, unmodelled: Set<string>): Generation {
  const wantsLogprobs = config.boolean('responseLogprobs') ?? false;
  const top = config.number('logprobs');
  const generation: Generation = {
    temperature: config.number('temperature'),
    topP: config.number('topP'),
    topK: config.number('topK'),
    maxOutputTokens: config.number('maxOutputTokens'),
    stop: config.texts('stopSequences'),
    choices: config.number('candidateCount'),
    seed: config.number('seed'),
    presencePenalty: config.number('presencePenalty'),
    frequencyPenalty: config.number('frequencyPenalty'),
    logprobs: wantsLogprobs ? { top } : undefined,
    responseFormat: decodeFormat(config, unmodelled),
    modalities: decodeModalities(config),
    reasoning: decodeThinking(config.object('thinkingConfig'), unmodelled),
  };
  for (const name of config.rest()) unmodelled.add(name);
  return generation;
}

function decodeFormat(config: RequestFields, unmodelled: Set<string>): ResponseFormat | undefined {
  const mimeType = config.text('responseMimeType');
  const openApi = config.json('responseSchema');
  const schema =
    config.json('responseJsonSchema') ?? config.json('_responseJsonSchema') ?? (openApi && toJsonSchema(openApi));
  if (mimeType !== undefined && mimeType !== 'application/json' && mimeType !== 'text/plain') {
    unmodelled.add('responseMimeType');
    return undefined;
  }
  if (schema) return { type: 'json-schema', schema };
  return mimeType === 'application/json' ? { type: 'json' } : undefined;
}

/** Text is what every answer may hold. */
function decodeModalities(config: RequestFields): readonly string[] | undefined {
  const modalities = config.texts('responseModalities')?.map((modality) => modality.toLowerCase());
  const others = modalities?.filter((modality) => modality !== 'text' && modality !== 'modality_unspecified');
  return others && others.length > 0 ? others : undefined;
}

function decodeThinking(config: RequestFields | undefined, unmodelled: Set<string>): ReasoningRequest | undefined {
  if (!config) return undefined;
  const budget = config.number('thinkingBudget');
  const level = config.text('thinkingLevel')?.toLowerCase();
  const effort = EFFORTS.find((candidate): candidate is Effort => candidate === level);
  if (level !== undefined && level !== 'thinking_level_unspecified' && !effort) unmodelled.add('thinkingLevel');
  // Thoughts are shown only to those who ask.
  const visible = config.boolean('includeThoughts') ?? false;
  for (const name of config.rest()) unmodelled.add(name);
  return {
    visible,
    ...(effort && { effort }),
    ...(budget === 0 && !effort && { effort: 'none' as const }),
    ...(budget !== undefined && budget > 0 && { budgetTokens: budget }),
    ...(budget === -1 && { adaptive: true as const }),
  };
}
