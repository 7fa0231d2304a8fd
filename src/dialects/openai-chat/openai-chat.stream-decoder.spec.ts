import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import { collectReply } from '../collect-reply.js';
import type { AssistantPart, JsonObject } from '../conversation.js';
import type { StreamEvent } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { openAiChatVendor } from './openai-chat.dialect.js';

const DONE = 'data: [DONE]\n\n';

function chunk(delta: JsonObject, finishReason: string | null = null, beside: JsonObject = {}): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: 'x', model: 'm', choices, ...beside })}\n\n`;
}

function eventsOf(...events: readonly string[]): readonly StreamEvent[] {
  const unknown = new Set<string>();
  const decoder = openAiChatVendor.streamDecoder(unknown);
  const found = [...decoder.push(Buffer.from(events.join(''))), ...decoder.end()];
  expect([...unknown]).toEqual([]);
  return found;
}

/** The parts that a client sees: what comes for a part that has ended is lost to it. */
function partsOf(...deltas: readonly JsonObject[]): readonly AssistantPart[] {
  const sequencer = new Sequencer();
  const events = eventsOf(...deltas.map((delta) => chunk(delta)), chunk({}, 'stop'), DONE);
  return collectReply(events.flatMap((event) => sequencer.push(event))).choices[0]?.parts ?? [];
}

function calls(...pieces: readonly JsonObject[]): readonly AssistantPart[] {
  return partsOf(...pieces.map((piece) => ({ tool_calls: [piece] })));
}

describe('parts', () => {
  it('go on until another kind comes', () => {
    const deltas = [
      { role: 'assistant', content: '' },
      { reasoning: 'H' },
      { reasoning: 'm' },
      { content: 'Ye' },
      { content: 's' },
      { reasoning_content: 'Ah' },
      { content: 'No' },
      { refusal: 'Ne' },
      { refusal: 'ver' },
    ];
    expect(partsOf(...deltas)).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Yes' },
      { type: 'reasoning', text: 'Ah' },
      { type: 'text', text: 'No' },
      { type: 'refusal', text: 'Never' },
    ]);
  });

  it('of text begin anew after a tool call', () => {
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } };
    expect(partsOf({ content: 'One' }, { tool_calls: [call] }, { content: 'Two' })).toEqual([
      { type: 'text', text: 'One' },
      { type: 'tool-call', id: 'a', name: 'f', arguments: '{}' },
      { type: 'text', text: 'Two' },
    ]);
  });

  it('of reasoning are signed by what comes last', () => {
    const detail = { format: 'anthropic-claude-v1', index: 0 };
    const deltas = [
      { reasoning: 'H', reasoning_details: [{ type: 'reasoning.text', text: 'H', ...detail }] },
      { reasoning: 'm', reasoning_details: [{ type: 'reasoning.text', text: 'm', ...detail }] },
      { reasoning_details: [{ type: 'reasoning.text', signature: 'sig', ...detail }] },
      { content: 'Yes' },
    ];
    expect(partsOf(...deltas)).toEqual([
      { type: 'reasoning', text: 'Hm', signature: { origin: 'anthropic', value: 'sig' } },
      { type: 'text', text: 'Yes' },
    ]);
  });

  it('that are signatures come late, too', () => {
    const late = { type: 'reasoning.encrypted', data: 'sealed', id: 'rs_1', format: 'openai-responses-v1' };
    expect(partsOf({ reasoning: 'Hm' }, { content: 'Yes' }, { reasoning_details: [late] })).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Yes' },
      { type: 'reasoning', text: '', signature: { origin: 'openai', value: 'sealed', id: 'rs_1' } },
    ]);
  });

  it('of sound come whole', () => {
    const [first, second] = [Buffer.from('RIFF1234'), Buffer.from('WAVE')].map((bytes) => bytes.toString('base64'));
    const deltas = [
      { audio: { id: 'audio_1', transcript: 'Y' } },
      { audio: { data: first } },
      { audio: { data: second, transcript: 'es' } },
      { audio: { expires_at: 7 } },
    ];
    expect(partsOf(...deltas)).toEqual([
      { type: 'text', text: 'Yes' },
      {
        type: 'media',
        kind: 'audio',
        source: { type: 'data', base64: Buffer.from('RIFF1234WAVE').toString('base64') },
        mediaType: 'audio/wav',
      },
    ]);
  });

  it('that Gemini thinks are reasoning', () => {
    const thought = { extra_content: { google: { thought: true } } };
    const signed = { extra_content: { google: { thought_signature: 'sig' } } };
    expect(partsOf({ content: 'Hm', ...thought }, { content: 'Yes', ...signed })).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Yes', signature: { origin: 'google', value: 'sig' } },
    ]);
  });
});

describe('tool calls', () => {
  const begin = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } };
  const one = { type: 'tool-call', id: 'a', name: 'f', arguments: '{"a":1}' };
  const two = { type: 'tool-call', id: 'b', name: 'g', arguments: '{}' };

  it.each<[what: string, pieces: readonly JsonObject[], calls: readonly object[]]>([
    [
      'in pieces',
      [begin, { index: 0, function: { arguments: '{"a":' } }, { index: 0, function: { arguments: '1}' } }],
      [one],
    ],
    [
      'with id and name in each piece',
      [
        { ...begin, function: { name: 'f', arguments: '{"a":' } },
        { ...begin, function: { name: 'f', arguments: '1}' } },
      ],
      [one],
    ],
    [
      'with the name after the id',
      [
        { index: 0, id: 'a' },
        { index: 0, function: { name: 'f' } },
        { index: 0, function: { arguments: '{"a":1}' } },
      ],
      [one],
    ],
    [
      'two at a time',
      [
        begin,
        { index: 1, id: 'b', function: { name: 'g', arguments: '{' } },
        { index: 0, function: { arguments: '{"a":1}' } },
        { index: 1, function: { arguments: '}' } },
      ],
      [one, two],
    ],
    [
      'whole, all with the same index',
      [
        { index: 0, id: 'a', function: { name: 'f', arguments: '{"a":1}' } },
        { index: 0, id: 'b', function: { name: 'g', arguments: '{}' } },
      ],
      [one, two],
    ],
    [
      'without an index',
      [
        { id: 'a', function: { name: 'f', arguments: '{"a":' } },
        { function: { arguments: '1}' } },
        { id: 'b', function: { name: 'g', arguments: '{}' } },
      ],
      [one, two],
    ],
    [
      'without index or id',
      [
        { function: { name: 'f', arguments: '{"a":1}' } },
        { function: { name: 'f', arguments: '{"a":' } },
        { function: { name: 'f', arguments: '1}' } },
      ],
      [
        { ...one, id: expect.stringMatching(/^call_/) },
        { ...one, id: expect.stringMatching(/^call_/) },
      ],
    ],
    [
      'of a custom tool',
      [
        { index: 0, id: 'a', type: 'custom', custom: { name: 'c', input: 'x' } },
        { index: 0, custom: { input: 'y' } },
      ],
      [{ type: 'tool-call', id: 'a', name: 'c', arguments: 'xy', custom: true }],
    ],
  ])('are read %s', (_, pieces, found) => {
    expect(calls(...pieces)).toEqual(found);
  });

  it('go out as they come', () => {
    const events = eventsOf(
      chunk({ tool_calls: [begin] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{' } }] }),
    );
    expect(events.slice(1)).toEqual([
      { type: 'tool-call', choice: 0, part: 0, id: 'a', name: 'f' },
      { type: 'arguments', choice: 0, part: 0, text: '{' },
    ]);
  });

  it('in the older form are one', () => {
    const deltas = [{ function_call: { name: 'f', arguments: '{"a":' } }, { function_call: { arguments: '1}' } }];
    expect(partsOf(...deltas)).toEqual([{ ...one, id: expect.stringMatching(/^call_/) }]);
  });

  it('are signed by what OpenRouter says before or after them', () => {
    const detail = { type: 'reasoning.encrypted', data: 'sig', id: 'a', format: 'google-gemini-v1', index: 0 };
    const whole = { ...begin, function: { name: 'f', arguments: '{"a":1}' } };
    const signed = [{ ...one, signature: { origin: 'google', value: 'sig' } }];
    expect(partsOf({ reasoning_details: [detail] }, { tool_calls: [whole] })).toEqual(signed);
    expect(partsOf({ tool_calls: [whole] }, { reasoning_details: [detail] })).toEqual(signed);
  });
});

describe('the end', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
  const text = chunk({ content: 'Yes' });

  it('is told by [DONE], after which nothing counts', () => {
    expect(eventsOf(text, DONE, text).at(-1)).toEqual({ type: 'done' });
  });

  it('is a clean close after each answer has finished', () => {
    expect(eventsOf(text, chunk({}, 'stop')).at(-1)).toEqual({ type: 'done' });
    expect(eventsOf(text).at(-1)?.type).toBe('text');
    expect(eventsOf().length).toBe(0);
    const other = `data: ${JSON.stringify({ choices: [{ index: 1, delta: { content: 'No' } }] })}\n\n`;
    expect(eventsOf(text, other, chunk({}, 'stop')).at(-1)?.type).toBe('finish');
  });

  it('may lack its blank line', () => {
    expect(eventsOf(text, 'data: [DONE]').at(-1)).toEqual({ type: 'done' });
  });

  it('is one, however often it is told', () => {
    const finishes = eventsOf(chunk({ content: 'Yes' }, 'stop'), chunk({ content: '' }, 'stop'), DONE).filter(
      ({ type }) => type === 'finish',
    );
    expect(finishes).toEqual([{ type: 'finish', choice: 0, finish: { reason: 'stop', native: 'stop' } }]);
  });

  it.each<[where: string, event: string]>([
    ['a chunk of its own', `data: ${JSON.stringify({ choices: [], usage })}\n\n`],
    ['Groq’s place', chunk({}, 'stop', { usage: null, x_groq: { id: 'req_1', usage } })],
    ['Moonshot’s place', `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop', usage }] })}\n\n`],
  ])('comes with usage in %s', (_, event) => {
    expect(eventsOf(text, event)).toContainEqual({ type: 'usage', usage: { inputTokens: 3, outputTokens: 4 } });
  });
});

describe('sources', () => {
  it('that are repeated in each chunk are told once', () => {
    const beside = { citations: ['https://a.b'] };
    const events = eventsOf(chunk({ content: 'Y' }, null, beside), chunk({ content: 'es' }, 'stop', beside), DONE);
    expect(collectReply(events).choices[0]?.parts).toEqual([
      { type: 'text', text: 'Yes', citations: [{ url: 'https://a.b' }] },
    ]);
  });
});

describe('failures', () => {
  it.each<[event: string, error: object]>([
    [
      'data: {"error":{"message":"Busy","type":"server_error","code":"overloaded"}}\n\n',
      { message: 'Busy', type: 'server_error', code: 'overloaded', status: 500 },
    ],
    ['data: {"error":{"message":"Busy","code":529}}\n\n', { message: 'Busy', status: 529 }],
    ['data: {"error":"Busy"}\n\n', { message: 'Busy' }],
    ['event: error\ndata: {"error":{"message":"Busy","status_code":400}}\n\n', { message: 'Busy', status: 400 }],
    ['event: error\ndata: {"message":"Busy","status":503}\n\n', { message: 'Busy', status: 503 }],
    [
      'data: {"object":"error","message":"Busy","type":"BadRequestError","code":400}\n\n',
      { message: 'Busy', type: 'BadRequestError', status: 400 },
    ],
    [chunk({ content: '' }, 'error', { error: { code: 502, message: 'Busy' } }), { message: 'Busy', status: 502 }],
    [chunk({}, null, { x_groq: { error: 'over_capacity' } }), { message: 'over_capacity' }],
    ['data: {"error":{"code":500}}\n\n', { message: 'The provider reported an error.' }],
  ])('are told by %j', (event, error) => {
    expect(eventsOf(event).at(-1)).toEqual({ type: 'error', error });
  });

  it.each(['data: <html>\n\n', 'data: {"choices":[\n\n', 'data: [1]\n\n', 'data: "x"\n\n'])(
    'are not made of %j',
    (event) => {
      const decoder = openAiChatVendor.streamDecoder();
      expect(() => decoder.push(Buffer.from(event))).toThrow(UpstreamError);
    },
  );
});

describe('bytes', () => {
  it('may be cut anywhere, inside of a letter too', () => {
    const stream = Buffer.from(
      [
        ': hello\r\n\r\n',
        chunk({ role: 'assistant', content: 'é日😀' }),
        chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"a":"ü"}' } }] }, 'tool_calls'),
        DONE,
      ].join(''),
    );
    const whole = eventsOf(stream.toString());
    for (let cut = 0; cut <= stream.length; cut++) {
      const decoder = openAiChatVendor.streamDecoder();
      expect([
        ...decoder.push(stream.subarray(0, cut)),
        ...decoder.push(stream.subarray(cut)),
        ...decoder.end(),
      ]).toEqual(whole);
    }
  });
});
