import { describe, expect, it } from 'vitest';
import type { Conversation, JsonObject } from '../conversation.js';
import { decodeRequest } from './openai-responses.request.decode.js';

function decoded(body: JsonObject): Conversation {
  return decodeRequest(body, { model: 'm', stream: false });
}

const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };

describe('the tools of a response', () => {
  const read = { type: 'function', name: 'read', parameters: { type: 'object' }, strict: true };

  it('are functions, custom tools, and tools that only OpenAI runs', () => {
    const search = { type: 'web_search' };
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: "a"' };
    const { tools } = decoded({
      tools: [read, { type: 'custom', name: 'apply_patch', description: 'd', format }, search],
    });
    expect(tools).toEqual([
      { ...read, description: undefined, namespace: undefined },
      { type: 'custom', name: 'apply_patch', description: 'd', format, namespace: undefined },
      { type: 'native', dialect: 'openai-responses', kind: 'web_search', value: search },
    ]);
  });

  it('stand alone under joined names where they are a namespace', () => {
    const namespace = { type: 'namespace', name: 'mcp__files', description: 'Files', tools: [read] };
    const { tools, toolChoice, messages } = decoded({
      tools: [namespace],
      tool_choice: { type: 'function', name: 'read' },
      input: [{ ...call, name: 'read', namespace: 'mcp__files' }],
    });
    const name = 'mcp__files__read';
    expect(tools).toMatchObject([{ name, namespace: { name: 'mcp__files', description: 'Files', member: 'read' } }]);
    expect(toolChoice).toEqual({ type: 'tool', name });
    expect(messages).toMatchObject([{ parts: [{ type: 'tool-call', name }] }]);
  });

  it('may be called with their own name as the namespace, once a search has loaded them', () => {
    expect(decoded({ input: [{ ...call, namespace: 'f' }] }).messages).toMatchObject([{ parts: [{ name: 'f' }] }]);
  });

  it('are also those that came later, each once', () => {
    const { tools, messages } = decoded({
      tools: [read, { type: 'tool_search' }],
      input: [
        { type: 'additional_tools', role: 'developer', tools: [read, { ...read, name: 'write' }] },
        { type: 'tool_search_output', execution: 'client', call_id: 'c', tools: [{ ...read, name: 'list' }] },
      ],
    });
    expect(tools?.map((tool) => (tool.type === 'native' ? tool.kind : tool.name))).toEqual([
      'read',
      'tool_search',
      'write',
      'list',
    ]);
    expect(messages).toMatchObject([{ role: 'user', parts: [{ kind: 'tool_search_output' }] }]);
  });

  it.each<[choice: unknown, expected: unknown]>([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'required' }],
    [
      { type: 'function', name: 'read' },
      { type: 'tool', name: 'read' },
    ],
    [
      { type: 'custom', name: 'patch' },
      { type: 'tool', name: 'patch' },
    ],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'read' }] },
      { type: 'allowed', names: ['read'], required: true },
    ],
  ])('are chosen by %j', (tool_choice, expected) => {
    expect(decoded({ tools: [read], tool_choice })).toMatchObject({ toolChoice: expected, unmodelled: [] });
  });

  it('cannot be chosen where only OpenAI runs them, which is told', () => {
    const { toolChoice, unmodelled } = decoded({ tool_choice: { type: 'web_search' } });
    expect([toolChoice, unmodelled]).toEqual([undefined, ['tool_choice']]);
  });
});

describe('a request of Codex', () => {
  it('is translated, all but the tools that only OpenAI runs', () => {
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: begin' };
    const parameters = { type: 'object', properties: {} };
    const { tools, messages, reasoning, unmodelled } = decoded({
      instructions: 'You are Codex.',
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: '<permissions>' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Fix it.' }] },
        { type: 'reasoning', summary: [], content: null, encrypted_content: 'E' },
        { type: 'function_call', name: 'exec_command', arguments: '{}', call_id: 'c1' },
        { type: 'function_call_output', call_id: 'c1', output: 'Process exited with code 0' },
      ],
      tools: [
        { type: 'function', name: 'exec_command', description: 'd', strict: false, parameters },
        { type: 'custom', name: 'apply_patch', description: 'd', format },
        {
          type: 'namespace',
          name: 'agents',
          description: 'd',
          tools: [{ type: 'function', name: 'spawn', parameters }],
        },
        { type: 'web_search', external_web_access: false },
        { type: 'local_shell' },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      reasoning: { effort: 'medium', summary: 'auto' },
      store: false,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'k',
      text: { verbosity: 'low' },
      client_metadata: { 'x-codex': '1' },
    });
    expect(messages.map(({ role }) => role)).toEqual(['system', 'developer', 'user', 'assistant', 'tool']);
    expect(tools?.map((tool) => (tool.type === 'native' ? `${tool.kind}!` : tool.name))).toEqual([
      'exec_command',
      'apply_patch',
      'agents__spawn',
      'web_search!',
      'local_shell!',
    ]);
    expect(reasoning).toEqual({ effort: 'medium', visible: true });
    expect(unmodelled).toEqual(['client_metadata']);
  });
});
