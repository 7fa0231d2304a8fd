import type { JsonObject, ResponseFormat } from '../conversation.js';
import type { Losses } from '../losses.js';
import type { ModelTraits } from './anthropic-messages.models.js';
import { acceptedSchema, hasOpenObject } from './anthropic-messages.schema.js';

export interface EncodedFormat {
  readonly format?: JsonObject;
  /** For the end of the system prompt, where the model has no field for the format. */
  readonly instruction?: string;
}

/**
 * A JSON schema binds the models that know `output_config.format`. Others are only asked for it, which is a loss, and so
 * it is with schemas of open objects and with JSON without a schema, for which Anthropic has no field.
 * @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export function encodeFormat(format: ResponseFormat | undefined, traits: ModelTraits, losses: Losses): EncodedFormat {
  if (!format) return {};
  if (format.type === 'json-schema' && traits.structuredOutput && !hasOpenObject(format.schema)) {
    return { format: { type: 'json_schema', schema: acceptedSchema(format.schema) } };
  }
  losses.add('response_format');
  const plain = 'Answer with one valid JSON object and nothing else: no introduction, no code fence.';
  if (format.type === 'json') return { instruction: plain };
  const described = format.description === undefined ? '' : `\n${format.description}`;
  return { instruction: `${plain} It must follow this JSON schema:${described}\n${JSON.stringify(format.schema)}` };
}
