const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
export const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The bytes `[start, end)` of a value. */
export interface JsonRange {
  readonly start: number;
  readonly end: number;
}

/** One member of a JSON object: its decoded key, the bytes `[keyStart, keyEnd)` of that, and the range of its value. */
export interface JsonMember extends JsonRange {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
}

/** A replacement of the bytes `[start, end)` by `text`; an insertion where both are the same. */
export interface JsonEdit extends JsonRange {
  readonly text: string;
}

/**
 * Finds the members of the object that begins at or after `from`, without building their values, so that a body can be
 * changed in one place and keep every other byte.
 * @param json bytes that `JSON.parse` accepts and whose value there is an object
 */
export function readMembers(json: Buffer, from = 0): JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(json, json.indexOf(OPEN_BRACE, from) + 1);
  while (json[at] === QUOTE) {
    const keyEnd = endOfString(json, at);
    const key: string = JSON.parse(json.toString('utf8', at, keyEnd));
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = endOfValue(json, start);
    members.push({ key, keyStart: at, keyEnd, start, end });
    at = skipSpace(json, end);
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return members;
}

/**
 * Finds the elements of the list that begins at or after `from`, as `readMembers` finds members.
 * @param json bytes that `JSON.parse` accepts and whose value there is a list
 */
export function readElements(json: Buffer, from = 0): JsonRange[] {
  const elements: JsonRange[] = [];
  let start = skipSpace(json, json.indexOf(OPEN_BRACKET, from) + 1);
  while (start < json.length && json[start] !== CLOSE_BRACKET) {
    const end = endOfValue(json, start);
    elements.push({ start, end });
    const next = skipSpace(json, end);
    start = json[next] === COMMA ? skipSpace(json, next + 1) : next;
  }
  return elements;
}

/**
 * The edits that take members out of their object, each with one of the commas beside it.
 * @param members all of the object's, in order
 */
export function removals(members: readonly JsonMember[], isRemoved: (member: JsonMember) => boolean): JsonEdit[] {
  const edits: JsonEdit[] = [];
  let lastEnd: number | undefined;
  let hasKept = false;
  for (const [index, member] of members.entries()) {
    if (!isRemoved(member)) {
      hasKept = true;
    } else if (hasKept) {
      edits.push({ start: lastEnd ?? member.keyStart, end: member.end, text: '' });
    } else {
      edits.push({ start: member.keyStart, end: members[index + 1]?.keyStart ?? member.end, text: '' });
    }
    lastEnd = member.end;
  }
  return edits;
}

/** Applies edits that do not overlap, in any order. The bytes in between are copied as they are. */
export function applyEdits(json: Buffer, edits: readonly JsonEdit[]): Buffer {
  if (edits.length === 0) return json;
  const parts: Buffer[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(json.subarray(at, edit.start), Buffer.from(edit.text));
    at = edit.end;
  }
  parts.push(json.subarray(at));
  return Buffer.concat(parts);
}

/** Whether lists and objects stand in each other more than `max` deep. The bytes need not be JSON. */
export function isDeeperThan(max: number, json: Buffer): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfString(json, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    if (depth > max) return true;
  }
  return false;
}

function endOfValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === QUOTE) return endOfString(json, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfContainer(json, start);
  let at = start;
  while (at < json.length && !isDelimiter(json[at])) at++;
  return at;
}

function endOfContainer(json: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < json.length) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfString(json, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    at++;
    if (depth === 0) return at;
  }
  return at;
}

/** Long prompts are long strings, so the quote is looked for natively and only the backslashes before it are read here. */
function endOfString(json: Buffer, start: number): number {
  let quote = json.indexOf(QUOTE, start + 1);
  while (quote !== -1) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    quote = json.indexOf(QUOTE, quote + 1);
  }
  return json.length;
}

function skipSpace(json: Buffer, from: number): number {
  let at = from;
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDelimiter(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte);
}
