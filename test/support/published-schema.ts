import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../../shared/specs/openai.schema.json', import.meta.url));

export const hasPublishedSchema = existsSync(file);

type Root =
  | 'CreateChatCompletionRequest'
  | 'CreateChatCompletionResponse'
  | 'CreateChatCompletionStreamResponse'
  | 'CreateResponse'
  | 'Response'
  | 'ResponseStreamEvent'
  | 'ErrorResponse'
  | 'ListModelsResponse';

const validators = new Map<Root, ValidateFunction>();
let ajv: Ajv2020 | undefined;

/** What a body has against OpenAI's published schema; empty when it is valid. */
export function faultsAgainst(root: Root, body: unknown): string[] {
  const validate = validators.get(root) ?? compile(root);
  validators.set(root, validate);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function compile(root: Root): ValidateFunction {
  ajv ??= new Ajv2020({ strict: false, validateFormats: false }).addSchema(JSON.parse(readFileSync(file, 'utf8')));
  return ajv.compile({ $ref: `openai#/components/schemas/${root}` });
}
