import { describe, expect, it } from 'vitest';
import { bedrockRecordings } from '../../../test/support/bedrock-recordings.js';
import type {
  AssistantPart,
  CacheMarker,
  Conversation,
  FunctionTool,
  JsonObject,
  MediaPart,
  Message,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../conversation.js';
import { asNumber, asObject, asText, isObject, objectsIn } from '../fields.js';
import { Losses } from '../losses.js';
import { bedrockConverseVendor } from './bedrock-converse.dialect.js';
import { readMedia } from './bedrock-converse.media.js';
import { readRedacted } from './bedrock-converse.signature.js';

const accepted = bedrockRecordings().filter(([, { response }]) => response.status === 200);

/** The conversation that a recorded body says. Only what the recordings hold is read. */
function conversationOf(body: JsonObject, model: string): Conversation {
  const inference = asObject(body.inferenceConfig);
  const { thinking, reasoning_config: effort } = asObject(body.additionalModelRequestFields);
  const toolConfig = asObject(body.toolConfig);
  const { jsonSchema } = asObject(asObject(asObject(asObject(body.outputConfig).textFormat).structure));
  const format = asObject(jsonSchema);
  const system = marked(objectsIn(body.system), (block) => textOf(block)) as TextPart[];
  return {
    model,
    stream: false,
    messages: [
      ...(system.length > 0 ? [{ role: 'system', parts: system } as const] : []),
      ...objectsIn(body.messages).flatMap(messagesOf),
    ],
    tools: marked(objectsIn(toolConfig.tools), toolOf),
    toolChoice: 'any' in asObject(toolConfig.toolChoice) ? { type: 'required' } : undefined,
    temperature: asNumber(inference.temperature),
    topP: asNumber(inference.topP),
    maxOutputTokens: asNumber(inference.maxTokens),
    reasoning: isObject(thinking)
      ? { budgetTokens: asNumber(thinking.budget_tokens) }
      : effort === 'high'
        ? { effort }
        : undefined,
    responseFormat: jsonSchema
      ? {
          type: 'json-schema',
          name: asText(format.name),
          description: asText(format.description),
          schema: JSON.parse(String(format.schema)),
        }
      : undefined,
    unmodelled: [],
  };
}

/** Cache points as marks on what stands before them. */
function marked<T extends object>(
  blocks: readonly JsonObject[],
  read: (block: JsonObject) => T | undefined,
): (T & { cache?: CacheMarker })[] {
  return blocks.flatMap((block, index) => {
    const value = read(block);
    if (!value) return [];
    return { ...value, ...('cachePoint' in (blocks[index + 1] ?? {}) && { cache: {} }) };
  });
}

function messagesOf({ role, content }: JsonObject): Message[] {
  const blocks = objectsIn(content);
  if (role === 'assistant') return [{ role, parts: marked(blocks, assistantPart) }];
  const results = marked(blocks, resultOf);
  const parts = marked(blocks, userPart);
  return [
    ...(results.length > 0 ? [{ role: 'tool', results } as const] : []),
    ...(parts.length > 0 ? [{ role: 'user', parts } as const] : []),
  ];
}

function textOf({ text }: JsonObject): TextPart | undefined {
  return typeof text === 'string' ? { type: 'text', text } : undefined;
}

function mediaOf(block: JsonObject): MediaPart | undefined {
  return readMedia('document', block.document, undefined) ?? readMedia('image', block.image, undefined);
}

function userPart(block: JsonObject): UserPart | undefined {
  return textOf(block) ?? mediaOf(block);
}

function resultOf({ toolResult }: JsonObject): ToolResultPart | undefined {
  if (!isObject(toolResult)) return undefined;
  const parts = objectsIn(toolResult.content).flatMap((block) => userPart(block) ?? []);
  return { type: 'tool-result', callId: String(toolResult.toolUseId), parts };
}

function assistantPart(block: JsonObject): AssistantPart | undefined {
  const { toolUse, reasoningContent } = block;
  if (isObject(toolUse)) {
    const { toolUseId, name, input } = toolUse;
    return { type: 'tool-call', id: String(toolUseId), name: String(name), arguments: JSON.stringify(input) };
  }
  if (!isObject(reasoningContent)) return textOf(block);
  const { redactedContent, reasoningText } = reasoningContent;
  if (typeof redactedContent === 'string') {
    return { type: 'reasoning', text: '', signature: readRedacted(Buffer.from(redactedContent, 'base64')) };
  }
  const { text, signature } = asObject(reasoningText);
  return { type: 'reasoning', text: String(text), signature: { origin: 'anthropic', value: String(signature) } };
}

function toolOf({ toolSpec }: JsonObject): FunctionTool | undefined {
  if (!isObject(toolSpec)) return undefined;
  const { name, description, inputSchema, strict } = toolSpec;
  return {
    type: 'function',
    name: String(name),
    description: asText(description),
    parameters: asObject(asObject(inputSchema).json),
    strict: strict === true || undefined,
  };
}

/** Bodies that mean the same look the same: no empty groups, no defaults, schemas parsed. */
function normalised(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => normalised(item));
  if (typeof value === 'string' && key === 'schema') return JSON.parse(value);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const isEmpty = (Array.isArray(item) && item.length === 0) || (isObject(item) && Object.keys(item).length === 0);
    const isGroup = ['system', 'inferenceConfig', 'properties'].includes(name);
    const isDefault = item === 'success' || (name === 'toolChoice' && 'auto' in asObject(item));
    return (isEmpty && isGroup) || isDefault ? [] : [[name, normalised(item, name)]];
  });
  return Object.fromEntries(entries);
}

describe.skipIf(accepted.length === 0)('recorded Bedrock requests', () => {
  it.each(accepted)('can say all that %s says', (_name, { request: { path, body } }) => {
    const model = decodeURIComponent(path.split('/')[2] ?? '');
    const losses = new Losses();
    const encoded = bedrockConverseVendor.encodeRequest(conversationOf(body, model), { model, losses });
    expect(normalised(JSON.parse(JSON.stringify(encoded)))).toEqual(normalised(body));
    expect(losses.names).toEqual([]);
  });
});
