import { append } from '../append.js';
import type { Message, TextPart } from '../conversation.js';
import { splitInstructions } from '../instructions.js';
import type { Losses } from '../losses.js';
import {
  type Block,
  assistantBlocks,
  type BlockWriting,
  textBlocks,
  toolResultBlock,
  userBlocks,
} from './anthropic-messages.blocks.encode.js';

/**
 * Stands where Anthropic wants the user to begin and the conversation does not, or not with anything that can be said
 * here. At Bedrock it is the same.
 */
const PLACEHOLDER: Block = { type: 'text', text: '.' };

/** One message of the body. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: Block[];
}

/** A turn as it grows. Results of tools stand before all else that a user's turn says, whenever they come. */
interface Draft extends Turn {
  readonly results: Block[];
}

interface EncodedMessages {
  readonly system: Block[];
  readonly turns: Turn[];
}

/**
 * The messages as Anthropic takes them: the instructions apart, roles taking turns, results of tools first in theirs.
 * What it refuses in a conversation that is broken anyway, such as a call without a result, is left for it to say.
 * @param instruction added to the end of the system prompt
 */
export function encodeMessages(
  messages: readonly Message[],
  instruction: string | undefined,
  writing: BlockWriting,
): EncodedMessages {
  const { instructions, rest } = splitInstructions(messages);
  const system = textBlocks(instructions, writing.losses);
  if (instruction !== undefined) system.push({ type: 'text', text: instruction });

  const drafts: Draft[] = [];
  for (const [index, message] of rest.entries()) addMessage(drafts, message, rest[index + 1], writing);
  const turns = drafts.map(({ role, results, content }): Turn => ({ role, content: results.concat(content) }));
  trimPrefill(turns.at(-1));
  if (turns[0]?.role === 'assistant') turns.unshift({ role: 'user', content: [{ ...PLACEHOLDER }] });
  return { system, turns };
}

function addMessage(turns: Draft[], message: Message, next: Message | undefined, writing: BlockWriting): void {
  switch (message.role) {
    case 'system':
    case 'developer':
      addInstruction(turns, message.parts, next, writing);
      break;
    case 'tool':
      addResults(
        turns,
        message.results.map((result) => toolResultBlock(result, writing)),
      );
      break;
    case 'user':
      noteName(message.name, writing.losses);
      add(turns, 'user', userBlocks(message.parts, writing));
      break;
    case 'assistant':
      noteName(message.name, writing.losses);
      add(turns, 'assistant', assistantBlocks(message.parts, writing));
      break;
  }
}

function add(turns: Draft[], role: Turn['role'], blocks: readonly Block[]): void {
  if (blocks.length > 0) append(turnOf(turns, role).content, blocks);
}

function addResults(turns: Draft[], results: readonly Block[]): void {
  if (results.length > 0) append(turnOf(turns, 'user').results, results);
}

/** The last turn, where it is this role's, or a new one. */
function turnOf(turns: Draft[], role: Turn['role']): Draft {
  const last = turns.at(-1);
  if (last?.role === role) return last;
  const turn: Draft = { role, results: [], content: [] };
  turns.push(turn);
  return turn;
}

/**
 * An instruction in the middle of the conversation. Newer models take it in its own role, after a user's turn and before
 * the model's; anywhere else, and for older ones, the user says it, in a tag that tells whose words they are. Moved to
 * the system prompt it would apply to what came before it, and make every cached prefix stale.
 * @see https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 */
function addInstruction(
  turns: Draft[],
  parts: readonly TextPart[],
  next: Message | undefined,
  { traits, losses }: BlockWriting,
): void {
  const blocks = textBlocks(parts, losses);
  const before = turns.at(-1)?.role;
  const inPlace = (before === 'user' || before === 'system') && (next === undefined || next.role === 'assistant');
  if (traits.laterSystemMessages && inPlace) {
    add(turns, 'system', blocks);
    return;
  }
  for (const block of blocks) block['text'] = `<system>${String(block['text'])}</system>`;
  add(turns, 'user', blocks);
}

function noteName(name: string | undefined, losses: Losses): void {
  if (name !== undefined) losses.add('message_name');
}

/** An answer to go on from must not end in white space. */
function trimPrefill(last: Turn | undefined): void {
  const block = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  if (typeof block?.['text'] === 'string') block['text'] = block['text'].trimEnd();
}
