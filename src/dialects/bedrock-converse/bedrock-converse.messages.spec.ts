import { describe, expect, it } from 'vitest';
import type { MediaPart, Message, ToolResultPart } from '../conversation.js';
import { Losses } from '../losses.js';
import { encodeMessages } from './bedrock-converse.messages.js';
import { bedrockModel } from './bedrock-models.js';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'us.amazon.nova-pro-v1:0';
const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0';

function encode(
  messages: readonly Message[],
  model = CLAUDE,
): ReturnType<typeof encodeMessages> & { lost: readonly string[] } {
  const losses = new Losses();
  const encoded = encodeMessages({ model, stream: false, messages, unmodelled: [] }, bedrockModel(model), losses);
  return { ...encoded, lost: losses.names };
}

const text = (words: string): { type: 'text'; text: string } => ({ type: 'text', text: words });
const user = (words: string): Message => ({ role: 'user', parts: [text(words)] });
const pdf = (name?: string): MediaPart => ({
  type: 'media',
  kind: 'document',
  mediaType: 'application/pdf',
  source: { type: 'data', base64: 'AAAA' },
  name,
});
const result = (rest: Partial<ToolResultPart>): Message => ({
  role: 'tool',
  results: [{ type: 'tool-result', callId: 'a', parts: [text('ok')], ...rest }],
});

describe('encodeMessages', () => {
  it('puts leading instructions apart and later ones into the turn of the user', () => {
    expect(
      encode([
        { role: 'system', parts: [{ ...text('Be brief.'), cache: { ttl: '5m' } }] },
        { role: 'developer', parts: [text('Be kind.')] },
        user('Hi'),
        { role: 'system', parts: [text('Now shout.')] },
        { role: 'assistant', parts: [text('HI'), text(' ')] },
      ]),
    ).toEqual({
      system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }, { text: 'Be kind.' }],
      messages: [
        { role: 'user', content: [{ text: 'Hi' }, { text: 'Now shout.' }] },
        { role: 'assistant', content: [{ text: 'HI' }] },
      ],
      lost: [],
    });
  });

  it.each([
    ['only instructions', [{ role: 'system', parts: [text('Greet.')] }], 1],
    ['an answer first', [{ role: 'assistant', parts: [text('Hello')] }, user('Hi')], 3],
    ['a document without a word', [{ role: 'user', parts: [pdf()] }], 1],
  ] as const)('begins with a word of the user where there is %s', (_name, messages, turns) => {
    const encoded = encode(messages);
    expect(encoded.messages).toHaveLength(turns);
    expect(encoded.messages[0]).toMatchObject({ role: 'user', content: expect.arrayContaining([{ text: '.' }]) });
  });

  it('ends a prefilled answer without white space for Claude', () => {
    const messages: Message[] = [user('Hi'), { role: 'assistant', parts: [text('So: ')] }];
    expect(encode(messages).messages[1]?.content).toEqual([{ text: 'So:' }]);
    expect(encode(messages, NOVA).messages[1]?.content).toEqual([{ text: 'So: ' }]);
  });

  it('writes calls and their results with the ids that the model takes', () => {
    const call = { type: 'tool-call', name: 'f', id: 'functions.f:0', arguments: '{"x":1}' } as const;
    const messages: Message[] = [
      user('Hi'),
      { role: 'assistant', parts: [text('Well'), call, { ...call, id: 'b', arguments: 'oops' }] },
      {
        role: 'tool',
        results: [
          { type: 'tool-result', callId: 'functions.f:0', parts: [text('1')] },
          { type: 'tool-result', callId: 'b', parts: [], isError: true },
        ],
      },
      user('And?'),
    ];
    expect(encode(messages, NOVA)).toMatchObject({
      messages: [
        {},
        {
          role: 'assistant',
          content: [
            { text: 'Well' },
            { toolUse: { toolUseId: 'functions.f:0', name: 'f', input: { x: 1 } } },
            { toolUse: { toolUseId: 'b', name: 'f', input: { input: 'oops' } } },
          ],
        },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'functions.f:0', content: [{ text: '1' }] } },
            { toolResult: { toolUseId: 'b', content: [], status: 'error' } },
            { text: 'And?' },
          ],
        },
      ],
      lost: [],
    });
    const ids = JSON.stringify(encode(messages).messages).match(/"toolUseId":"[^"]+"/g);
    expect(ids?.[0]).toMatch(/"[a-f0-9]{32}"$/);
    expect(ids?.[2]).toBe(ids?.[0]);
    expect(encode(messages, LLAMA).lost).toEqual(['tool_error']);
  });

  it('gives Claude its own reasoning back and no other', () => {
    const parts = [
      { type: 'reasoning', text: 'so', signature: { origin: 'anthropic', value: 'Ep' } },
      { type: 'reasoning', text: '', signature: { origin: 'anthropic', value: 'Eo', redacted: true } },
      { type: 'reasoning', text: 'thus', signature: { origin: 'google', value: 'x' } },
      { type: 'reasoning', text: 'bare' },
    ] as const;
    const messages: Message[] = [user('Hi'), { role: 'assistant', parts }];
    expect(encode(messages)).toMatchObject({
      messages: [
        {},
        {
          content: [
            { reasoningContent: { reasoningText: { text: 'so', signature: 'Ep' } } },
            { reasoningContent: { redactedContent: Buffer.from('Eo').toString('base64') } },
          ],
        },
      ],
      lost: ['reasoning', 'reasoning_signature'],
    });
    expect(encode(messages, LLAMA)).toMatchObject({ messages: [{}], lost: ['reasoning', 'reasoning_signature'] });
  });

  it('marks what is to be cached, before documents and only for models that cache', () => {
    const messages: Message[] = [{ role: 'user', parts: [text('Read'), { ...pdf(), cache: {} }] }];
    expect(encode(messages).messages[0]?.content.map((block) => Object.keys(block)[0])).toEqual([
      'text',
      'cachePoint',
      'document',
    ]);
    expect(encode(messages, LLAMA).lost).toEqual(['cache_control']);
    expect(encode([{ role: 'user', parts: [{ ...pdf(), cache: {} }] }]).lost).toEqual(['cache_control']);
  });

  it('gives documents names that are allowed and differ', () => {
    const { messages } = encode([
      { role: 'user', parts: [text('Read'), pdf('a_b/c.pdf'), pdf('a_b/c.pdf'), pdf(), pdf()] },
    ]);
    const names = messages[0]?.content.flatMap(({ document }) => (document ? (document as { name: string }).name : []));
    expect(names).toEqual(['a-b-c', 'a-b-c 2', 'Document 1', 'Document 2']);
  });

  it.each([
    ['image', { type: 'data', base64: 'AA' }, 'image/png', { image: { format: 'png', source: { bytes: 'AA' } } }],
    [
      'image',
      { type: 'url', url: 's3://b/k.jpg' },
      undefined,
      { image: { format: 'jpeg', source: { s3Location: { uri: 's3://b/k.jpg' } } } },
    ],
    ['audio', { type: 'data', base64: 'AA' }, 'audio/mpeg', { audio: { format: 'mp3', source: { bytes: 'AA' } } }],
    ['video', { type: 'data', base64: 'AA' }, 'video/3gpp', { video: { format: 'three_gp', source: { bytes: 'AA' } } }],
    [
      'document',
      { type: 'text', text: 'x' },
      undefined,
      { document: { format: 'txt', name: 'Document 1', source: { bytes: 'eA==' } } },
    ],
    [
      'document',
      { type: 'data', base64: 'AA' },
      'application/json',
      { document: { format: 'txt', name: 'Document 1', source: { bytes: 'AA' } } },
    ],
  ] as const)('writes %s from %j', (kind, source, mediaType, block) => {
    const { messages, lost } = encode([
      { role: 'user', parts: [text('See'), { type: 'media', kind, source, mediaType }] },
    ]);
    expect(messages[0]?.content[1]).toEqual(block);
    expect(lost).toEqual([]);
  });

  it.each([
    ['a URL that nobody fetches', 'image', { type: 'url', url: 'https://a.b/c.png' }, undefined, 'image'],
    ['a file of another vendor', 'document', { type: 'file', id: 'file-1' }, undefined, 'file_id'],
    ['a format that Bedrock does not take', 'image', { type: 'data', base64: 'AA' }, 'image/bmp', 'image'],
  ] as const)('leaves out %s', (_name, kind, source, mediaType, lost) => {
    const encoded = encode([{ role: 'user', parts: [text('See'), { type: 'media', kind, source, mediaType }] }]);
    expect(encoded.messages[0]?.content).toEqual([{ text: 'See' }]);
    expect(encoded.lost).toEqual([lost]);
  });

  it('moves media that a result may not hold behind the results', () => {
    const calls: Message = {
      role: 'assistant',
      parts: ['a', 'b'].map((id) => ({ type: 'tool-call', id, name: 'f', arguments: '{}' })),
    };
    const messages = [user('Hi'), calls, result({ parts: [pdf('d')] }), result({ callId: 'b' }), user('Go on')];
    expect(encode(messages, NOVA).messages[2]?.content).toEqual([
      { toolResult: { toolUseId: 'a', content: [{ text: 'The document is attached.' }] } },
      { toolResult: { toolUseId: 'b', content: [{ text: 'ok' }] } },
      { document: { format: 'pdf', name: 'd', source: { bytes: 'AAAA' } } },
      { text: 'Go on' },
    ]);
    expect(encode(messages).messages[2]?.content[0]).toMatchObject({
      toolResult: { content: [{ document: { name: 'd' } }] },
    });
  });

  it('names parts that it cannot say', () => {
    const { lost } = encode([
      {
        role: 'user',
        name: 'Ann',
        parts: [text('Hi'), { type: 'native', dialect: 'gemini', kind: 'executableCode', value: {} }],
      },
      {
        role: 'assistant',
        parts: [
          { ...text('Yes'), citations: [{ url: 'https://a.b' }] },
          { type: 'refusal', text: 'No' },
          { type: 'media', kind: 'image', mediaType: 'image/png', source: { type: 'data', base64: 'AA' } },
        ],
      },
    ]);
    expect(lost).toEqual(['message_name', 'executableCode', 'citations', 'image']);
  });
});
