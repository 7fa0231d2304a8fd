import type { Conversation, FunctionTool, JsonObject, Tool } from '../conversation.js';
import { compact } from '../fields.js';
import type { Losses } from '../losses.js';
import type { GeminiModel } from './gemini.models.js';

/** A request's `tools`: functions that follow each other share a list, Google's own tools stand as they were. */
export function encodeTools(tools: readonly Tool[] | undefined, losses: Losses): readonly JsonObject[] | undefined {
  const encoded: JsonObject[] = [];
  let declarations: JsonObject[] | undefined;
  for (const tool of tools ?? []) {
    if (tool.type === 'function') {
      if (!declarations) encoded.push({ functionDeclarations: (declarations = []) });
      declarations.push(declarationOf(tool, losses));
    } else if (tool.type === 'native' && tool.dialect === 'gemini') {
      declarations = undefined;
      encoded.push(tool.value);
    } else {
      losses.addTool(tool);
    }
  }
  return encoded.length > 0 ? encoded : undefined;
}

function declarationOf({ name, description, parameters, cache }: FunctionTool, losses: Losses): JsonObject {
  if (cache) losses.add('cache_control');
  return compact({ name, description: description ?? '', parametersJsonSchema: parameters });
}

/** A request's `toolConfig`. */
export function encodeToolConfig(
  { tools, toolChoice }: Conversation,
  model: GeminiModel,
  losses: Losses,
): JsonObject | undefined {
  const functions = tools?.filter((tool) => tool.type === 'function') ?? [];
  const areStrict = functions.length > 0 && functions.every((tool) => tool.strict === true);
  const isForced = toolChoice?.type === 'required' || toolChoice?.type === 'tool' || toolChoice?.type === 'none';
  const canValidate = model.validatesCalls && areStrict;
  // A forced call always keeps to its schema.
  if (functions.some((tool) => tool.strict === true) && !isForced && !canValidate) losses.add('strict');
  const config = callingConfig(toolChoice, canValidate);
  return config && { functionCallingConfig: config };
}

function callingConfig(choice: Conversation['toolChoice'], validate: boolean): JsonObject | undefined {
  switch (choice?.type) {
    case undefined:
      return validate ? { mode: 'VALIDATED' } : undefined;
    case 'auto':
      return { mode: validate ? 'VALIDATED' : 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    case 'allowed':
      return { mode: choice.required ? 'ANY' : 'VALIDATED', allowedFunctionNames: [...choice.names] };
  }
}
