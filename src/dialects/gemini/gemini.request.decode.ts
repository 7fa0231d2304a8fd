import type { Conversation, JsonObject, Tool } from '../conversation.js';
import { decodeContents, decodeInstruction } from './gemini.contents.decode.js';
import { decodeGenerationConfig } from './gemini.generation-config.decode.js';
import { RequestFields } from './gemini.request.fields.js';
import { decodeToolConfig, decodeTools } from './gemini.tools.decode.js';

/**
 * A client's `generateContent` or `streamGenerateContent` request.
 * @param asked what its URL says
 * @see https://ai.google.dev/api/generate-content
 */
export function decodeRequest(
  body: JsonObject,
  asked: { readonly model: string; readonly stream: boolean },
): Conversation {
  const fields = new RequestFields(body, '');
  fields.get('model');
  const unmodelled = new Set<string>();
  const messages = [
    ...decodeInstruction(fields.get('systemInstruction'), fields.pathOf('systemInstruction'), unmodelled),
    ...decodeContents(fields.get('contents'), 'contents', unmodelled),
  ];
  const { choice, strict } = decodeToolConfig(fields.object('toolConfig'), unmodelled);
  const tools = decodeTools(fields.objects('tools'), unmodelled);
  const config = fields.object('generationConfig') ?? new RequestFields({}, 'generationConfig');
  const generation = decodeGenerationConfig(config, unmodelled);
  const metadata = fields.json('labels');
  for (const name of fields.rest()) unmodelled.add(name);
  return {
    model: asked.model,
    stream: asked.stream,
    messages,
    tools: strict ? tools?.map(strictly) : tools,
    toolChoice: choice,
    ...generation,
    metadata,
    unmodelled: [...unmodelled],
  };
}

function strictly(tool: Tool): Tool {
  return tool.type === 'function' ? { ...tool, strict: true } : tool;
}
