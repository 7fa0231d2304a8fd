import { describe, expect, it } from 'vitest';
import { applyEdits, readElements, readMembers, removals } from './json-members.js';

function membersOf(json: string): [key: string, value: string][] {
  const bytes = Buffer.from(json);
  return readMembers(bytes).map(({ key, start, end }) => [key, bytes.toString('utf8', start, end)]);
}

describe('readMembers', () => {
  it.each<[form: string, json: string, members: [string, string][]]>([
    ['an empty object', '{}', []],
    ['an empty object with space in it', ' { \t\r\n } ', []],
    [
      'every kind of value',
      '{"a":1,"b":"x","c":true,"d":null}',
      [
        ['a', '1'],
        ['b', '"x"'],
        ['c', 'true'],
        ['d', 'null'],
      ],
    ],
    [
      'numbers as they are written',
      '{"a":-0.0,"b":1E+2,"c":10000000000000000001}',
      [
        ['a', '-0.0'],
        ['b', '1E+2'],
        ['c', '10000000000000000001'],
      ],
    ],
    [
      'whitespace of every kind around values',
      '\t{ "a" :\r\n1 ,\n"b"\t:\t[ ] }',
      [
        ['a', '1'],
        ['b', '[ ]'],
      ],
    ],
    ['a key that is written in escapes', String.raw`{"mod\u0065l":"x"}`, [['model', '"x"']]],
    ['a key with quotes and backslashes', String.raw`{"a\"b\\":1}`, [['a"b\\', '1']]],
    [
      'a key that comes twice',
      '{"a":1,"a":2}',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['an empty key', '{"":1}', [['', '1']]],
    [
      'names of the prototype',
      '{"__proto__":{},"constructor":[]}',
      [
        ['__proto__', '{}'],
        ['constructor', '[]'],
      ],
    ],
    [
      'a string that ends in an escaped quote',
      String.raw`{"a":"x\"","b":2}`,
      [
        ['a', String.raw`"x\""`],
        ['b', '2'],
      ],
    ],
    [
      'a string that ends in a backslash',
      String.raw`{"a":"x\\","b":2}`,
      [
        ['a', String.raw`"x\\"`],
        ['b', '2'],
      ],
    ],
    [
      'a backslash before an escaped quote',
      String.raw`{"a":"\\\"","b":2}`,
      [
        ['a', String.raw`"\\\""`],
        ['b', '2'],
      ],
    ],
    [
      'signs of structure inside a string',
      '{"a":"}],{[:","b":2}',
      [
        ['a', '"}],{[:"'],
        ['b', '2'],
      ],
    ],
    [
      'nested objects, whose members are not its own',
      '{"a":{"b":{"c":[{"d":"}"}]}},"e":1}',
      [
        ['a', '{"b":{"c":[{"d":"}"}]}}'],
        ['e', '1'],
      ],
    ],
    [
      'text of several bytes a letter',
      '{"é":"日本😀","b":1}',
      [
        ['é', '"日本😀"'],
        ['b', '1'],
      ],
    ],
  ])('finds %s', (_, json, members) => {
    expect(JSON.parse(json)).toBeTypeOf('object');
    expect(membersOf(json)).toEqual(members);
  });

  it('finds the members of an object inside another from where that one begins', () => {
    const json = Buffer.from('{"outer":{"inner":1},"after":2}');
    const [outer] = readMembers(json);
    expect(readMembers(json, outer?.start).map(({ key }) => key)).toEqual(['inner']);
  });

  it('reads a value of two million escaped quotes in one pass', { timeout: 2_000 }, () => {
    const json = Buffer.from(`{"a":"${String.raw`\"`.repeat(2_000_000)}","b":1}`);
    expect(readMembers(json).map(({ key }) => key)).toEqual(['a', 'b']);
  });
});

describe('readElements', () => {
  it.each<[json: string, elements: string[]]>([
    ['[]', []],
    [' [ \n ] ', []],
    ['[1]', ['1']],
    ['[ 1 ,"a,]" ,\t{"b":[2,3]},[4,[5]] , null ]', ['1', '"a,]"', '{"b":[2,3]}', '[4,[5]]', 'null']],
  ])('finds those of %s', (json, elements) => {
    const bytes = Buffer.from(json);
    expect(readElements(bytes).map(({ start, end }) => bytes.toString('utf8', start, end))).toEqual(elements);
  });

  it('finds those of a list inside an object from where that one begins', () => {
    const json = Buffer.from('{"a":[0],"b":[1,2]}');
    const { start = 0 } = readMembers(json)[1] ?? {};
    expect(readElements(json, start)).toHaveLength(2);
  });
});

describe('removals', () => {
  const object = '{ "a":1 , "b" :[2,{}],\n"c":"3"}';

  it.each<[removed: string[], json: string]>([
    [[], object],
    [['a'], '{ "b" :[2,{}],\n"c":"3"}'],
    [['b'], '{ "a":1,\n"c":"3"}'],
    [['c'], '{ "a":1 , "b" :[2,{}]}'],
    [['a', 'b'], '{ "c":"3"}'],
    [['a', 'c'], '{ "b" :[2,{}]}'],
    [['b', 'c'], '{ "a":1}'],
    [['a', 'b', 'c'], '{ }'],
  ])('take out %j and the right commas', (removed, expected) => {
    const bytes = Buffer.from(object);
    const edits = removals(readMembers(bytes), ({ key }) => removed.includes(key));
    const kept = applyEdits(bytes, edits).toString();
    expect(kept).toBe(expected);
    expect(Object.keys(JSON.parse(kept) as object)).toEqual(['a', 'b', 'c'].filter((key) => !removed.includes(key)));
  });
});

describe('applyEdits', () => {
  it('replaces and inserts in any order', () => {
    const edits = [
      { start: 5, end: 6, text: 'five' },
      { start: 0, end: 0, text: '<' },
      { start: 2, end: 4, text: '' },
    ];
    expect(applyEdits(Buffer.from('0123456'), edits).toString()).toBe('<014five6');
  });

  it('leaves the bytes of the original alone', () => {
    const original = Buffer.from('{"a":1}');
    applyEdits(original, [{ start: 5, end: 6, text: '"long text"' }]);
    expect(original.toString()).toBe('{"a":1}');
  });
});

describe('an edit of one member', () => {
  it.each(Array.from({ length: 100 }, (_, seed) => seed))(
    'keeps every other byte of generated object %i, and JSON.parse agrees',
    (seed) => {
      const random = generator(seed);
      const parts = objectParts(random);
      const chosen = Math.floor(random() * parts.length);
      const { key = '', space = [] } = parts[chosen] ?? {};
      const json = joined(parts);
      const replacement = '{"new":["value","\\""]}';

      const bytes = Buffer.from(json);
      const members = readMembers(bytes);
      expect(members.map(({ key }) => key)).toEqual(parts.map(({ key }) => JSON.parse(key)));
      const { start, end } = members[chosen] ?? { start: 0, end: 0 };
      const edited = applyEdits(bytes, [{ start, end, text: replacement }]).toString();

      expect(edited).toBe(joined(parts.with(chosen, { key, space, value: replacement })));
      const expected = Object.entries(JSON.parse(json) as object);
      expected[chosen] = [expected[chosen]?.[0] ?? '', JSON.parse(replacement)];
      expect(Object.entries(JSON.parse(edited) as object)).toEqual(expected);
    },
  );
});

/** One member as it is written, with the space before its key, around its colon and after its value. */
interface Part {
  readonly key: string;
  readonly value: string;
  readonly space: readonly string[];
}

function joined(parts: readonly Part[]): string {
  const members = parts.map(({ key, value, space: [a, b, c, d] }) => `${a}${key}${b}:${c}${value}${d}`);
  return `{${members.join(',')}}`;
}

function objectParts(random: () => number): Part[] {
  return Array.from({ length: 1 + Math.floor(random() * 6) }, (_, index) => ({
    // The prefix keeps keys apart, and away from integers, which JavaScript would put first.
    key: `"k${index}${stringContent(random)}"`,
    value: value(random, 0),
    space: Array.from({ length: 4 }, () => pick(random, ['', ' ', '\n', '\t', '\r\n  '])),
  }));
}

function value(random: () => number, depth: number): string {
  const kind = Math.floor(random() * (depth < 3 ? 6 : 4));
  if (kind === 0) return `"${stringContent(random)}"`;
  if (kind === 1) return pick(random, ['0', '-1.5e3', '1E5', '123456789012345678901']);
  if (kind === 2) return pick(random, ['true', 'false', 'null']);
  if (kind === 3) return pick(random, ['{}', '[]', '{ }', '[\n]']);
  const items = Array.from({ length: 1 + Math.floor(random() * 3) }, () => value(random, depth + 1));
  if (kind === 4) return `[${items.join(' , ')}]`;
  return `{${items.map((item, index) => `"${index}${stringContent(random)}": ${item}`).join(',')}}`;
}

function stringContent(random: () => number): string {
  const pieces = [
    'a',
    'é',
    '日',
    '😀',
    String.raw`\"`,
    String.raw`\\`,
    String.raw`\n`,
    String.raw`\u0022`,
    String.raw`\ud83d`,
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
  ];
  return Array.from({ length: Math.floor(random() * 8) }, () => pick(random, pieces)).join('');
}

function pick(random: () => number, choices: readonly string[]): string {
  return choices[Math.floor(random() * choices.length)] ?? '';
}

/** Park and Miller's generator: the same numbers on every run. */
function generator(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
