import type { CapabilitySettings } from '../config/settings.js';
import type { Skip, SkipReason, Target } from './target.js';

/** What a model takes. What is left out is not known, and is taken for granted. */
export type Capabilities = Readonly<CapabilitySettings>;

/** What is known of a target; `ModelCapabilities.of` is one. */
type CapabilitiesOf = (target: Target) => Capabilities;

/** What a request needs of a model. */
export interface Needs {
  /** An estimate; `undefined` where nobody had to count. */
  readonly inputTokens: number | undefined;
  readonly images: boolean;
  readonly tools: boolean;
  readonly jsonSchema: boolean;
}

/** What has to be found out about a request before its targets can be chosen. */
export interface OpenQuestions {
  /** The smallest context among the targets: text of no more bytes has no more tokens, and fits them all uncounted. */
  readonly contextTokens: number | undefined;
  readonly images: boolean;
  readonly tools: boolean;
  readonly jsonSchema: boolean;
}

/** The targets that can be asked, and those that cannot. */
interface Fit {
  readonly targets: readonly Target[];
  readonly skipped: readonly Skip[];
}

/**
 * What one of these targets is known to lack for some requests; `undefined` where every request fits, or where there
 * is nothing to choose from.
 */
export function couldLack(targets: readonly Target[], capabilitiesOf: CapabilitiesOf): OpenQuestions | undefined {
  if (targets.length < 2) return undefined;
  let contextTokens = Infinity;
  let images = false;
  let tools = false;
  let jsonSchema = false;
  for (const target of targets) {
    const known = capabilitiesOf(target);
    contextTokens = Math.min(contextTokens, known.contextTokens ?? Infinity);
    images ||= known.images === false;
    tools ||= known.tools === false;
    jsonSchema ||= known.jsonSchema === false;
  }
  const isBounded = contextTokens < Infinity;
  if (!isBounded && !images && !tools && !jsonSchema) return undefined;
  return { contextTokens: isBounded ? contextTokens : undefined, images, tools, jsonSchema };
}

/** The first of a request's needs that a model is known not to meet. */
export function lackOf(
  needs: Needs,
  capabilities: Capabilities,
): Extract<SkipReason, 'context_window' | 'images' | 'tools' | 'json_schema'> | undefined {
  if ((needs.inputTokens ?? 0) > (capabilities.contextTokens ?? Infinity)) return 'context_window';
  if (needs.images && capabilities.images === false) return 'images';
  if (needs.tools && capabilities.tools === false) return 'tools';
  if (needs.jsonSchema && capabilities.jsonSchema === false) return 'json_schema';
  return undefined;
}

/**
 * Leaves out the targets that lack something. Where that would leave none, all stay: what is known may be wrong, and then
 * the vendor decides and its words reach the caller.
 */
export function fitTargets(targets: readonly Target[], needs: Needs, capabilitiesOf: CapabilitiesOf): Fit {
  const fitting: Target[] = [];
  const skipped: Skip[] = [];
  for (const target of targets) {
    const reason = lackOf(needs, capabilitiesOf(target));
    if (reason) skipped.push({ target, reason });
    else fitting.push(target);
  }
  return fitting.length === 0 ? { targets, skipped: [] } : { targets: fitting, skipped };
}

/**
 * Whether a prompt that was too long for one target may fit another: one that serves a different model, or the same
 * model with a context that is known to be larger.
 */
export function hasLargerContext(target: Target, than: Target, capabilitiesOf: CapabilitiesOf): boolean {
  if (target.model !== than.model) return true;
  const { contextTokens: offered = 0 } = capabilitiesOf(target);
  const { contextTokens: exceeded = Infinity } = capabilitiesOf(than);
  return offered > exceeded;
}
