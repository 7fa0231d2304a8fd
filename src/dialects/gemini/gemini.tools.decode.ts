import type { FunctionTool, NativeTool, Tool, ToolChoice } from '../conversation.js';
import { camelCase, type RequestFields } from './gemini.request.fields.js';
import { toJsonSchema } from './gemini.schema.js';

/** Each of Google's own tools is one tool, in the client's own spelling; functions stand together in a list of theirs. */
export function decodeTools(tools: readonly RequestFields[], unmodelled: Set<string>): readonly Tool[] | undefined {
  const decoded = tools.flatMap((tool): readonly Tool[] => [
    ...tool.objects('functionDeclarations').map((declaration) => decodeFunction(declaration, unmodelled)),
    ...nativeTools(tool),
  ]);
  return decoded.length > 0 ? decoded : undefined;
}

function nativeTools(tool: RequestFields): NativeTool[] {
  return Object.entries(tool.value).flatMap(([name, value]) => {
    const kind = camelCase(name);
    if (kind === 'functionDeclarations' || value === null) return [];
    return [{ type: 'native' as const, dialect: 'gemini' as const, kind, value: { [name]: value } }];
  });
}

function decodeFunction(declaration: RequestFields, unmodelled: Set<string>): FunctionTool {
  const schema = declaration.json('parameters');
  const parameters = declaration.json('parametersJsonSchema') ?? (schema && toJsonSchema(schema));
  const description = declaration.text('description');
  const tool: FunctionTool = {
    type: 'function',
    name: declaration.text('name') ?? '',
    // The API asks for a description, so that clients without one send an empty text.
    ...(description !== undefined && description !== '' && { description }),
    ...(parameters && { parameters }),
  };
  for (const name of declaration.rest()) unmodelled.add(name);
  return tool;
}

/**
 * `VALIDATED` leaves the choice to the model and keeps what it calls to the functions' schemas: other dialects say this as
 * `strict` tools.
 */
export function decodeToolConfig(
  config: RequestFields | undefined,
  unmodelled: Set<string>,
): { readonly choice?: ToolChoice; readonly strict: boolean } {
  const calling = config?.object('functionCallingConfig');
  for (const name of config?.rest() ?? []) unmodelled.add(name);
  if (!calling) return { strict: false };
  const mode = calling.text('mode')?.toUpperCase();
  const names = calling.texts('allowedFunctionNames') ?? [];
  for (const name of calling.rest()) unmodelled.add(name);
  const choice = choiceOf(mode, names);
  return { ...(choice && { choice }), strict: mode === 'VALIDATED' };
}

function choiceOf(mode: string | undefined, names: readonly string[]): ToolChoice | undefined {
  const [only, ...others] = names;
  switch (mode) {
    case 'ANY':
      if (only === undefined) return { type: 'required' };
      return others.length === 0 ? { type: 'tool', name: only } : { type: 'allowed', names, required: true };
    case 'NONE':
      return { type: 'none' };
    case 'AUTO':
    case 'VALIDATED':
      return only === undefined ? { type: 'auto' } : { type: 'allowed', names, required: false };
    case undefined:
    default:
      return undefined;
  }
}
