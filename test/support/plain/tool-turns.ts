import type { Conversation, DialectName } from '../../../src/dialects/conversation.js';
import { type Json, object, objects, parsed, string } from './told.js';

/** A tool call of a request, or the result of one, in the order in which they stand. */
export type ToolTurn =
  | { readonly type: 'call'; readonly id: string; readonly name: string; readonly arguments: unknown }
  | { readonly type: 'result'; readonly id: string };

/** The tool calls of a request's history and their results, read straight from a vendor's body. */
export function toolTurnsIn(dialect: DialectName, body: Json): ToolTurn[] {
  return READERS[dialect](body);
}

/** The same of the conversation that the body was made from. */
export function toolTurnsOf({ messages }: Conversation): ToolTurn[] {
  return messages.flatMap((message): ToolTurn[] => {
    if (message.role === 'tool') return message.results.map(({ callId }) => ({ type: 'result', id: callId }));
    if (message.role !== 'assistant') return [];
    return message.parts.flatMap((part): ToolTurn[] => {
      if (part.type !== 'tool-call') return [];
      return [call(part.id, part.name, part.custom ? part.arguments : parsed(part.arguments))];
    });
  });
}

/**
 * The same with each id replaced by its call's number, so that only what belongs together counts. A result of no call
 * has none.
 */
export function numbered(turns: readonly ToolTurn[]): object[] {
  const numbers = new Map<string, number>();
  return turns.map((turn) => {
    if (turn.type === 'result') return { type: 'result', of: numbers.get(turn.id) };
    numbers.set(turn.id, numbers.size);
    return { type: 'call', name: turn.name, arguments: turn.arguments };
  });
}

const READERS: Readonly<Record<DialectName, (body: Json) => ToolTurn[]>> = {
  'openai-chat': ({ messages }) =>
    objects(messages).flatMap(({ role, tool_calls: calls, tool_call_id: id }) => {
      if (role === 'tool') return [result(id)];
      return objects(calls).map((it) => {
        const { name, arguments: json, input } = object(it['function'] ?? it['custom']);
        return call(it['id'], name, json === undefined ? input : parsed(string(json)));
      });
    }),
  'openai-responses': ({ input }) =>
    objects(input).flatMap((item) => {
      const { type, call_id: id, name, arguments: json, input: text } = item;
      if (/^(function|custom_tool)_call_output$/.test(string(type))) return [result(id)];
      if (!/^(function|custom_tool)_call$/.test(string(type))) return [];
      return [call(id, name, json === undefined ? text : parsed(string(json)))];
    }),
  'anthropic-messages': ({ messages }) =>
    objects(messages).flatMap(({ content }) =>
      objects(content).flatMap(({ type, id, name, input, tool_use_id: of }): ToolTurn[] => {
        if (type === 'tool_result') return [result(of)];
        return type === 'tool_use' ? [call(id, name, input)] : [];
      }),
    ),
  gemini: ({ contents }) =>
    objects(contents).flatMap(({ parts }) =>
      objects(parts).flatMap(({ functionCall, functionResponse }): ToolTurn[] => {
        if (functionResponse) return [result(object(functionResponse)['id'])];
        const { id, name, args } = object(functionCall);
        return functionCall ? [call(id, name, args ?? {})] : [];
      }),
    ),
  'bedrock-converse': ({ messages }) =>
    objects(messages).flatMap(({ content }) =>
      objects(content).flatMap(({ toolUse, toolResult }): ToolTurn[] => {
        if (toolResult) return [result(object(toolResult)['toolUseId'])];
        const { toolUseId, name, input } = object(toolUse);
        return toolUse ? [call(toolUseId, name, input)] : [];
      }),
    ),
  'ai-sdk': ({ prompt }) =>
    objects(prompt).flatMap(({ content }) =>
      objects(content).flatMap(({ type, toolCallId, toolName, input }): ToolTurn[] => {
        if (type === 'tool-result') return [result(toolCallId)];
        return type === 'tool-call' ? [call(toolCallId, toolName, input)] : [];
      }),
    ),
};

function call(id: unknown, name: unknown, args: unknown): ToolTurn {
  return { type: 'call', id: string(id), name: string(name), arguments: args };
}

function result(id: unknown): ToolTurn {
  return { type: 'result', id: string(id) };
}
