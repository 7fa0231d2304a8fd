import type { Conversation, JsonObject, Message, Tool, ToolChoice } from '../../src/dialects/conversation.js';

/** Something that dialects say each in words of its own. */
interface Mark {
  readonly name: string;
  readonly isAsked: boolean;
  /** In the body's JSON, or in JSON within its texts. */
  readonly told: RegExp;
}

/** Nothing where all tools were named as lost. */
const ABOUT_TOOLS = new Set(['tool_choice', 'parallel_tool_calls']);

/** What is marked in a request and neither told in the vendor's body nor named among what was lost. */
export function lostMarks(conversation: Conversation, json: string, names: readonly string[]): string[] {
  const { tools = [], toolChoice } = conversation;
  const offered = tools.filter((tool) => isOffered(tool, toolChoice));
  const isChoiceless = offered.every((tool) =>
    names.includes(`tools.${tool.type === 'native' ? tool.kind : tool.name}`),
  );
  return marksOf(conversation).flatMap(({ name, isAsked, told }) =>
    isAsked && !names.includes(name) && !(isChoiceless && ABOUT_TOOLS.has(name)) && !told.test(json)
      ? [`${name}: ${String(told)}`]
      : [],
  );
}

function marksOf(conversation: Conversation): Mark[] {
  const { messages, tools = [], toolChoice, responseFormat, parallelToolCalls } = conversation;
  const offered = tools.filter((tool) => isOffered(tool, toolChoice));
  const schema = responseFormat?.type === 'json-schema' ? responseFormat.schema : undefined;
  return [
    { name: 'cache_control', isAsked: isMarked(messages) || isMarked(offered), told: /cache/i },
    { name: 'tool_error', isAsked: messages.some(hasError), told: /"is_error":true|"status":"error"|"error"|"error-/ },
    { name: 'parallel_tool_calls', isAsked: parallelToolCalls === false, told: /parallel_tool/ },
    { name: 'response_format', isAsked: responseFormat?.type === 'json', told: /json_object|application\/json|"json"/ },
    ...propertiesOf(schema).map((property) => ({ name: 'response_format', isAsked: true, told: named(property) })),
    ...offered.flatMap((tool) =>
      tool.type === 'function'
        ? propertiesOf(tool.parameters).map((property) => {
            return { name: `tools.${tool.name}`, isAsked: true, told: named(property) };
          })
        : [],
    ),
    { name: 'tool_choice', isAsked: forces(toolChoice), told: choiceWords(toolChoice) },
  ];
}

/** Whether anything asks to be cached; a text without words is nothing to ask it for. */
function isMarked(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isMarked);
  if (typeof value !== 'object' || value === null) return false;
  const isBlank = 'text' in value && typeof value.text === 'string' && value.text.trim() === '';
  if ('cache' in value && value.cache && !isBlank) return true;
  return Object.values(value).some(isMarked);
}

/** Whether the choice leaves the tool to be chosen; without it the tool need not be shown. */
export function isOffered(tool: Tool, choice: ToolChoice | undefined): boolean {
  if (choice?.type === 'none') return false;
  return choice?.type !== 'allowed' || (tool.type !== 'native' && choice.names.includes(tool.name));
}

function hasError(message: Message): boolean {
  return message.role === 'tool' && message.results.some(({ isError }) => isError);
}

function propertiesOf(schema: JsonObject | undefined): string[] {
  return Object.keys((schema?.['properties'] as JsonObject | undefined) ?? {});
}

/** As a field, in JSON or in JSON within a text. */
function named(property: string): RegExp {
  return new RegExp(`"${escaped(property)}\\\\*":`);
}

/** A choice among some tools may be said by showing no others. */
function forces(choice: ToolChoice | undefined): boolean {
  if (choice?.type === 'allowed') return choice.required;
  return choice !== undefined && choice.type !== 'auto';
}

function choiceWords(choice: ToolChoice | undefined): RegExp {
  if (choice?.type === 'tool') return new RegExp(`"${escaped(choice.name)}"`);
  if (choice?.type === 'none') return /"(none|NONE)"|^(?!.*"(tools|toolConfig)":)/s;
  return /"(required|any|ANY)"/;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
