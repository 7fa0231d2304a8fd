import type { JsonObject } from '../conversation.js';

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: JsonObject[];
}

/** Stands where Converse wants words and the caller has none. The recorded clients write the same. */
const PLACEHOLDER = { text: '.' };

/** Collects content into turns that alternate between user and assistant, as Converse wants them. */
export class Turns {
  private readonly turns: Turn[] = [];
  /** Where the last turn's last block stands that a cache point may follow; -1 where it has none. */
  private markable = -1;

  add(role: Turn['role'], blocks: readonly JsonObject[]): void {
    if (blocks.length === 0) return;
    const { content } = this.turnOf(role);
    for (const block of blocks) {
      const place = content.push(block) - 1;
      if (!('document' in block || 'video' in block)) this.markable = place;
    }
  }

  /**
   * Asks for everything so far to be cached. The point may not follow a document or a film, so it stands before those
   * that the turn ends with.
   * @returns whether it could be placed in the last turn
   */
  mark(role: Turn['role'], point: JsonObject): boolean {
    const last = this.turns.at(-1);
    if (last?.role !== role) return false;
    const block = last.content[this.markable];
    if (block === undefined) return false;
    if (!('cachePoint' in block)) last.content.splice(++this.markable, 0, point);
    return true;
  }

  /** The turns as Converse accepts them: begun by the user, documents never without a text. */
  finish(): readonly Turn[] {
    if (this.turns[0]?.role !== 'user') this.turns.unshift({ role: 'user', content: [PLACEHOLDER] });
    for (const { content } of this.turns) {
      const has = (kind: string): boolean => content.some((block) => kind in block);
      if (has('document') && !has('text')) content.push(PLACEHOLDER);
    }
    return this.turns;
  }

  /** The last turn, where it is this role's, or a new one. */
  private turnOf(role: Turn['role']): Turn {
    const last = this.turns.at(-1);
    if (last?.role === role) return last;
    const turn: Turn = { role, content: [] };
    this.turns.push(turn);
    this.markable = -1;
    return turn;
  }
}
