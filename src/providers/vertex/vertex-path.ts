import { geminiMethod } from '../gemini-api.js';
import type { ProviderCall } from '../provider.js';
import { segment } from '../vendor-path.js';

/** @see https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
export function addressOf(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** Anthropic's models, which are called in Anthropic's dialect; all others are Google's. */
export function isClaude(model: string): boolean {
  return model.startsWith('claude');
}

/**
 * What comes after `/publishers`.
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude
 */
export function modelPath(call: ProviderCall): string {
  const { operation, model, stream } = call;
  if (!isClaude(model)) return `/google/models/${segment(model)}:${geminiMethod(call)}`;
  if (operation === 'count-tokens') return '/anthropic/models/count-tokens:rawPredict';
  return `/anthropic/models/${segment(model)}:${stream ? 'streamRawPredict' : 'rawPredict'}`;
}
