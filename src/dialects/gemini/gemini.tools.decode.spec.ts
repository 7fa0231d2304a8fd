import { describe, expect, it } from 'vitest';
import type { Conversation, JsonObject } from '../conversation.js';
import { geminiClient } from './gemini.dialect.js';

function decoded(body: JsonObject): Conversation {
  return geminiClient.decodeRequest({ contents: 'Hello', ...body }, { model: 'gemini-3-flash', stream: false });
}

describe("the tools of a Gemini client's request", () => {
  it('reads functions in both kinds of schema, and leaves the tools of Google as they are', () => {
    const tools = [
      {
        function_declarations: [
          { name: 'f', description: '', parameters_json_schema: { type: 'object' } },
          {
            name: 'g',
            description: 'G',
            parameters: {
              type: 'OBJECT',
              properties: {
                b: { type: 'STRING', nullable: true, enum: ['x'], format: 'enum' },
                a: { type: 'ARRAY', items: { any_of: [{ type: 'INTEGER' }] }, minItems: '1' },
              },
              propertyOrdering: ['a', 'b'],
              required: ['a'],
            },
          },
        ],
        google_search: {},
      },
    ];
    const { tools: read } = decoded({ tools });
    expect(read).toEqual([
      { type: 'function', name: 'f', parameters: { type: 'object' } },
      {
        type: 'function',
        name: 'g',
        description: 'G',
        parameters: {
          type: 'object',
          properties: {
            a: { type: 'array', items: { anyOf: [{ type: 'integer' }] }, minItems: 1 },
            b: { type: ['string', 'null'], enum: ['x', null] },
          },
          required: ['a'],
        },
      },
      { type: 'native', dialect: 'gemini', kind: 'googleSearch', value: { google_search: {} } },
    ]);
    const [, g] = read ?? [];
    const properties: unknown = g?.type === 'function' && g.parameters?.['properties'];
    expect(Object.keys(properties ?? {})).toEqual(['a', 'b']);
  });

  it.each<[config: JsonObject, choice: object | undefined]>([
    [{ mode: 'AUTO' }, { type: 'auto' }],
    [{ mode: 'NONE' }, { type: 'none' }],
    [{ mode: 'ANY' }, { type: 'required' }],
    [
      { mode: 'ANY', allowedFunctionNames: ['f'] },
      { type: 'tool', name: 'f' },
    ],
    [
      { mode: 'ANY', allowed_function_names: ['f', 'g'] },
      { type: 'allowed', names: ['f', 'g'], required: true },
    ],
    [{ mode: 'VALIDATED' }, { type: 'auto' }],
    [
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
      { type: 'allowed', names: ['f'], required: false },
    ],
    [{ mode: 'MODE_UNSPECIFIED' }, undefined],
  ])('reads the choice of %j', (functionCallingConfig, choice) => {
    expect(decoded({ toolConfig: { functionCallingConfig } }).toolChoice).toEqual(choice);
  });

  it('takes functions for strict where their calls are validated', () => {
    const tools = [{ functionDeclarations: [{ name: 'f' }] }];
    const toolConfig = { functionCallingConfig: { mode: 'VALIDATED' } };
    expect(decoded({ tools, toolConfig }).tools).toEqual([{ type: 'function', name: 'f', strict: true }]);
  });
});
