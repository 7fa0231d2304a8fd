import { append } from '../dialects/append.js';
import {
  type JsonEdit,
  type JsonMember,
  OPEN_BRACE,
  OPEN_BRACKET,
  applyEdits,
  readElements,
  readMembers,
  removals,
} from '../dialects/json-members.js';
import { valueIn } from '../dialects/table.js';
import { acceptedCallId } from '../dialects/tool-call-id.js';
import type { AdaptedBody } from './provider.js';

/** Where a vendor that speaks OpenAI's chat dialect takes less of it, or calls a thing otherwise. */
export interface ChatQuirks {
  /** Fields of the body that it answers with an error. */
  readonly refuses?: readonly string[];
  /** Fields that it refuses unless they have this JSON value. */
  readonly refusesUnless?: Readonly<Record<string, string>>;
  /** Fields that it refuses and whose wish it grants anyway, so that nothing is lost without them. */
  readonly needsNo?: readonly string[];
  /** Its names for fields. */
  readonly renames?: Readonly<Record<string, string>>;
  readonly messages?: MessageQuirks;
}

interface MessageQuirks {
  /** Fields of a message that it answers with an error, and what is said to be lost with them. */
  readonly refuses?: Readonly<Record<string, string>>;
  /** Its names for roles. */
  readonly roles?: Readonly<Record<string, string>>;
  /** The ids of tool calls that it takes. */
  readonly callIds?: { readonly allowed: RegExp; readonly length: number };
}

const QUOTE = 0x22;
/** Values that ask for nothing, so that nothing is lost with them. */
const EMPTY = /^(null|\[\s*\]|\{\s*\})$/;
/** Nobody writes that much space between two brackets. */
const MAX_EMPTY_BYTES = 64;

/**
 * A chat completion request as a vendor with these quirks takes it. Bytes that need no change keep their place; a body
 * that needs none is handed back itself.
 * @param body a valid JSON object
 */
export function adaptChat(body: Buffer, quirks: ChatQuirks): AdaptedBody {
  if (Object.keys(quirks).length === 0) return { body, dropped: [] };
  const adaptation = new Adaptation(body);
  adaptation.adaptBody(quirks);
  return { body: applyEdits(body, adaptation.edits), dropped: [...adaptation.dropped] };
}

class Adaptation {
  readonly edits: JsonEdit[] = [];
  readonly dropped = new Set<string>();

  constructor(private readonly json: Buffer) {}

  adaptBody({ refuses = [], refusesUnless = {}, needsNo = [], renames = {}, messages }: ChatQuirks): void {
    const members = readMembers(this.json);
    const given = new Set(members.filter((member) => !this.isEmpty(member)).map(({ key }) => key));
    const newNames = new Set(members.flatMap(({ key }) => valueIn(renames, key) ?? []));
    this.remove(members, (member) => {
      const { key } = member;
      if (needsNo.includes(key) || (newNames.has(key) && !given.has(key))) return '';
      const newName = valueIn(renames, key);
      const onlyValue = valueIn(refusesUnless, key);
      const isRefused =
        refuses.includes(key) ||
        (onlyValue !== undefined && this.textOf(member) !== onlyValue) ||
        (newName !== undefined && given.has(newName));
      return isRefused ? key : undefined;
    });
    for (const member of members) {
      const newName = valueIn(renames, member.key);
      if (newName !== undefined && !given.has(newName)) this.rename(member, newName);
      if (messages && member.key === 'messages') this.adaptMessages(member, messages);
    }
  }

  private adaptMessages(list: JsonMember, quirks: MessageQuirks): void {
    for (const message of this.objectsIn(list)) {
      const { refuses = {}, roles = {}, callIds } = quirks;
      this.remove(message, ({ key }) => valueIn(refuses, key));
      for (const member of message) {
        if (member.key === 'role') this.replaceText(member, (role) => valueIn(roles, role) ?? role);
        if (!callIds) continue;
        const accepted = (id: string): string => acceptedCallId(id, callIds.allowed, callIds.length);
        if (member.key === 'tool_call_id') this.replaceText(member, accepted);
        if (member.key === 'tool_calls') this.adaptCalls(member, accepted);
      }
    }
  }

  private adaptCalls(list: JsonMember, accepted: (id: string) => string): void {
    for (const call of this.objectsIn(list)) {
      for (const member of call) {
        if (member.key === 'id') this.replaceText(member, accepted);
      }
    }
  }

  /** @param lossOf what is lost with a member that has to go, if anything; `undefined` for one that stays */
  private remove(members: readonly JsonMember[], lossOf: (member: JsonMember) => string | undefined): void {
    append(
      this.edits,
      removals(members, (member) => lossOf(member) !== undefined),
    );
    for (const member of members) {
      const loss = lossOf(member);
      if (loss && !this.isEmpty(member)) this.dropped.add(loss);
    }
  }

  private rename({ keyStart, keyEnd }: JsonMember, name: string): void {
    this.edits.push({ start: keyStart, end: keyEnd, text: JSON.stringify(name) });
  }

  private replaceText(member: JsonMember, change: (text: string) => string): void {
    if (this.json[member.start] !== QUOTE) return;
    const text: string = JSON.parse(this.textOf(member));
    const changed = change(text);
    if (changed !== text) this.edits.push({ start: member.start, end: member.end, text: JSON.stringify(changed) });
  }

  /** The members of each object in a list; nothing where the value is no list. */
  private objectsIn({ start }: JsonMember): JsonMember[][] {
    if (this.json[start] !== OPEN_BRACKET) return [];
    return readElements(this.json, start)
      .filter((element) => this.json[element.start] === OPEN_BRACE)
      .map((element) => readMembers(this.json, element.start));
  }

  private isEmpty({ start, end }: JsonMember): boolean {
    return end - start < MAX_EMPTY_BYTES && EMPTY.test(this.json.toString('utf8', start, end));
  }

  private textOf({ start, end }: JsonMember): string {
    return this.json.toString('utf8', start, end);
  }
}
