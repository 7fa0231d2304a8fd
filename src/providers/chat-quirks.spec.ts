import { describe, expect, it } from 'vitest';
import { type ChatQuirks, adaptChat } from './chat-quirks.js';

const quirks: ChatQuirks = {
  refuses: ['user', 'logit_bias'],
  refusesUnless: { n: '1' },
  needsNo: ['stream_options'],
  renames: { max_completion_tokens: 'max_tokens', seed: 'random_seed' },
  messages: {
    refuses: { name: 'message_name', annotations: 'citations' },
    roles: { developer: 'system' },
    callIds: { allowed: /^[a-zA-Z0-9]{9}$/, length: 9 },
  },
};

function adapted(json: string) {
  const { body, dropped } = adaptChat(Buffer.from(json), quirks);
  return { json: body.toString(), dropped };
}

describe('adaptChat', () => {
  it.each([
    '{}',
    '{ "model" : "m", "n":1,\n"messages":[{"role":"user","content":"developer"}], "max_tokens":10.0 }',
    '{"__proto__":1,"constructor":2,"messages":[{"__proto__":3,"role":"toString"}]}',
    '{"messages":null}',
    '{"messages":[1,"developer",[{"role":"developer"}]]}',
    '{"messages":[{"role":{"role":"developer"}}],"metadata":{"user":"x","seed":1}}',
    '{"messages":[{"role":"tool","tool_call_id":"aB3456789","content":""}]}',
  ])('hands back the very body that needs no change: %s', (json) => {
    const body = Buffer.from(json);
    const result = adaptChat(body, quirks);
    expect(result.body).toBe(body);
    expect(result.dropped).toEqual([]);
  });

  it.each<[what: string, json: string, expected: string, dropped: string[]]>([
    ['leaves out what is refused', '{"user":"x", "a":1e3 ,"logit_bias":{"5":1}}', '{"a":1e3}', ['user', 'logit_bias']],
    ['leaves it out everywhere', '{"user":"x","user":"y"}', '{}', ['user']],
    ['says nothing of what asked for nothing', '{"user":null,"logit_bias":{ },"a":1}', '{"a":1}', []],
    ['says nothing of what is there anyway', '{"a":1,"stream_options":{"include_usage":true}}', '{"a":1}', []],
    ['leaves out a value that is refused', '{"n":2,"a":1}', '{"a":1}', ['n']],
    ['renames', '{"max_completion_tokens" : 5,"seed":7}', '{"max_tokens" : 5,"random_seed":7}', []],
    ['renames a key in escapes', String.raw`{"s\u0065ed":7}`, '{"random_seed":7}', []],
    [
      'keeps the vendor’s own name where both are given',
      '{"max_completion_tokens":5,"max_tokens":6}',
      '{"max_tokens":6}',
      ['max_completion_tokens'],
    ],
    [
      'does not let an empty value hide one that was given',
      '{"max_tokens":null,"max_completion_tokens":5}',
      '{"max_tokens":5}',
      [],
    ],
    [
      'changes roles',
      '{"messages":[ {"role":"developer","content":"a"}, {"content":"b","role" : "user"} ]}',
      '{"messages":[ {"role":"system","content":"a"}, {"content":"b","role" : "user"} ]}',
      [],
    ],
    [
      'leaves out what is refused in messages',
      '{"messages":[{"name":"Ann","role":"user"},{"role":"assistant","annotations":[],"content":null}]}',
      '{"messages":[{"role":"user"},{"role":"assistant","content":null}]}',
      ['message_name'],
    ],
    [
      'does all of it at once',
      '{"user":"x","seed":1,"messages":[{"name":"A","role":"developer"}],"n":3}',
      '{"random_seed":1,"messages":[{"role":"system"}]}',
      ['user', 'n', 'message_name'],
    ],
  ])('%s', (_, json, expected, dropped) => {
    const result = adapted(json);
    expect(result.json).toBe(expected);
    expect(result.dropped).toEqual(dropped);
    expect(() => JSON.parse(result.json) as unknown).not.toThrow();
  });

  it('makes ids of tool calls acceptable, those of a call and its result alike', () => {
    const { json, dropped } = adapted(
      '{"messages":[{"role":"assistant","tool_calls":[{"id":"call_1","type":"function"},{"id":"aB3456789"}]},' +
        '{"role":"tool","tool_call_id":"call_1"},{"role":"tool","tool_call_id":"aB3456789"}]}',
    );
    const { messages } = JSON.parse(json) as {
      messages: { tool_calls?: { id: string }[]; tool_call_id?: string }[];
    };
    const [first, second] = messages[0]?.tool_calls ?? [];
    expect(first?.id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(second?.id).toBe('aB3456789');
    expect(messages.slice(1).map(({ tool_call_id }) => tool_call_id)).toEqual([first?.id, second?.id]);
    expect(dropped).toEqual([]);
  });

  it('keeps every other byte of a long conversation', () => {
    const text = String.raw`日本 \" } ] \u00e9 😀`.repeat(1_000);
    const rest = `"messages":[{"role":"user","content":"${text}"}],"unknown":[1.0,{"a":-0}]`;
    expect(adapted(`{"user":"x",${rest}}`).json).toBe(`{${rest}}`);
  });
});
