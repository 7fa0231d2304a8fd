/** What is known of a model at Bedrock, as far as Converse treats models differently. */
export interface BedrockModel {
  /** `hidden`: an inference profile of the account's own, whose id does not tell its model. */
  readonly family: 'claude' | 'nova' | 'qwen' | 'gpt-oss' | 'other' | 'hidden';
  /** Major version times 100 plus minor, of Claude and Nova: 405 is Claude 4.5. 0 where there is none. */
  readonly version: number;
  /** How Claude is told to think: with a budget of tokens, or an effort; `undefined` where it cannot. */
  readonly thinking: 'budget' | 'adaptive' | undefined;
  /** Takes cache points in messages and system. */
  readonly caches: boolean;
  /** Takes `outputConfig` and strict tools. */
  readonly structuresOutput: boolean;
}

const CLAUDE_THINKS = 307;
const CLAUDE_THINKS_ADAPTIVELY = 406;
/** The first Claude that takes neither a budget nor sampling parameters. */
export const CLAUDE_IS_ADAPTIVE_ONLY = 407;
const CLAUDE_STRUCTURES_OUTPUT = 405;
/** A Claude whose name has no number is newer than all that have one. */
const NEWEST = 9_900;

/** Makers none of whose models take `outputConfig`. */
const UNSTRUCTURED = /(^|[./])(amazon|meta|cohere|ai21|writer|luma|twelvelabs)\.|deepseek\.r1/;

/**
 * @param id a model id, one of a system-defined profile (`us.anthropic.…`), or an ARN
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */
export function bedrockModel(id: string): BedrockModel {
  const name = id.toLowerCase();
  const family = familyOf(name);
  const version = family === 'claude' ? claudeVersion(name) : family === 'nova' ? novaVersion(name) : 0;
  return {
    family,
    version,
    thinking: family === 'claude' ? claudeThinking(version) : undefined,
    caches: family === 'claude' || family === 'nova' || family === 'hidden',
    structuresOutput: family === 'claude' ? version >= CLAUDE_STRUCTURES_OUTPUT : !UNSTRUCTURED.test(name),
  };
}

function familyOf(name: string): BedrockModel['family'] {
  if (name.includes('claude')) return 'claude';
  if (name.includes('amazon.nova')) return 'nova';
  if (name.includes('qwen.')) return 'qwen';
  if (name.includes('openai.gpt-oss')) return 'gpt-oss';
  return name.startsWith('arn:') && !name.includes('foundation-model/') ? 'hidden' : 'other';
}

/** `claude-3-7-sonnet-20250219`, `claude-sonnet-4-20250514`, `claude-opus-4-6-v1`, `claude-mythos-preview`. */
function claudeVersion(name: string): number {
  if (/claude-(v\d|instant)/.test(name)) return 200;
  const [, major, minor] = name.match(/claude-(?:[a-z]+-)?(\d{1,2})(?:-(\d{1,2})(?!\d))?/) ?? [];
  return major === undefined ? NEWEST : Number(major) * 100 + Number(minor ?? 0);
}

/** `amazon.nova-lite-v1:0`, `amazon.nova-2-lite-v1:0`. */
function novaVersion(name: string): number {
  return Number(name.match(/nova-(\d)/)?.[1] ?? 1) * 100;
}

function claudeThinking(version: number): BedrockModel['thinking'] {
  if (version < CLAUDE_THINKS) return undefined;
  return version < CLAUDE_THINKS_ADAPTIVELY ? 'budget' : 'adaptive';
}
