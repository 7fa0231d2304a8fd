import type { Effort } from '../conversation.js';

/** How a model is told how much to think. */
export type Thinking =
  | { readonly type: 'level'; readonly levels: readonly [Effort, ...Effort[]] }
  /** In tokens. */
  | { readonly type: 'budget'; readonly min: number; readonly max: number; readonly canBeOff: boolean }
  | { readonly type: 'none' };

/** What a model can do, as far as its name tells. */
export interface GeminiModel {
  readonly thinking: Thinking;
  /** Refuses the first function call of a step that has no thought signature. */
  readonly needsSignatures: boolean;
  /** Takes images and files inside a function's response. */
  readonly readsMediaInResponses: boolean;
  /** Takes functions and a JSON answer in one request. */
  readonly joinsToolsAndJson: boolean;
  /** Keeps calls to their functions' schemas without being forced to call (`VALIDATED`). */
  readonly validatesCalls: boolean;
}

/** What comes before an id in the name of a resource. */
export const RESOURCE = 'models/';

const VERSION = /gemini-(\d+(?:\.\d+)?)/;
/** `gemini-flash-latest` and its like stand for the newest. */
const LATEST = /gemini-(?:pro|flash|flash-lite)-latest/;
/** Models that draw or speak do not let their thinking be set. */
const MEDIA_MODEL = /image|tts|audio|embedding/;

/** @param name as in a URL, with or without `models/` before it */
export function geminiModel(name: string): GeminiModel {
  const generation = LATEST.test(name) ? Infinity : Number(VERSION.exec(name)?.[1] ?? 0);
  const isThird = generation >= 3;
  return {
    thinking: MEDIA_MODEL.test(name) ? { type: 'none' } : thinkingOf(name, generation),
    needsSignatures: isThird,
    readsMediaInResponses: isThird,
    joinsToolsAndJson: isThird,
    validatesCalls: isThird,
  };
}

/** The model's name as Google's API writes it inside a body. */
export function resourceName(model: string): string {
  return model.startsWith(RESOURCE) ? model : RESOURCE + model;
}

/** @see https://ai.google.dev/gemini-api/docs/thinking */
function thinkingOf(name: string, generation: number): Thinking {
  if (generation >= 3) return { type: 'level', levels: levelsOf(name, generation) };
  if (generation < 2.5) return { type: 'none' };
  if (name.includes('flash-lite')) return { type: 'budget', min: 512, max: 24_576, canBeOff: true };
  if (name.includes('flash')) return { type: 'budget', min: 1, max: 24_576, canBeOff: true };
  return { type: 'budget', min: 128, max: 32_768, canBeOff: false };
}

function levelsOf(name: string, generation: number): readonly [Effort, ...Effort[]] {
  if (!name.includes('pro')) return ['minimal', 'low', 'medium', 'high'];
  return generation === 3 ? ['low', 'high'] : ['low', 'medium', 'high'];
}
