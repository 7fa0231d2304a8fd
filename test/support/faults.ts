import { setImmediate as yieldOnce, setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour, Turn } from './faulty-call.js';
import { sayingOf, type Telling } from './sayings.js';
import type { Saying, Tongue } from './tongues/tongue.js';

/** The behaviours of a faulty vendor. Each serves JSON and streams, whichever is asked for. */

/** How an answer stops that is not whole; `end` is the proper end of a body whose answer is not at its end. */
export type Break = 'hang-up' | 'reset' | 'end' | 'stall' | 'failure';

interface Breaking extends Telling {
  /** How many words come before it. */
  readonly after?: number;
}

/** A reset throws away what the other side has not read yet. */
const BEFORE_RESET_MS = 50;
const FIRST_WORDS = 5;

/** A whole answer, or the rest of the one that the request holds. */
export function tells(telling: Telling = {}): Behaviour {
  return async (turn) => {
    const saying = sayingOf(turn, telling);
    if (!turn.call.isStream) return turn.answer.whole(200, JSON.stringify(turn.tongue.reply(saying)));
    await begin(turn, saying);
    await send(turn, turn.tongue.pieces(saying), telling);
    await turn.answer.chunk(turn.tongue.closing(saying) + turn.tongue.terminal);
    await turn.answer.endStream();
  };
}

/** Words, and then no more of them. */
export function breaksOff(how: Break, { after: words = FIRST_WORDS, ...telling }: Breaking = {}): Behaviour {
  return async (turn) => {
    const saying = sayingOf(turn, telling);
    if (turn.call.isStream) {
      await begin(turn, saying);
      await send(turn, turn.tongue.pieces(saying).slice(0, words), telling);
    } else {
      const body = JSON.stringify(turn.tongue.reply(saying));
      await turn.answer.openJson(body.length);
      await turn.answer.write(body.slice(0, body.length / 2));
    }
    await BREAKS[how](turn);
  };
}

const BREAKS: Readonly<Record<Break, Behaviour>> = {
  'hang-up': ({ answer }) => answer.hangUp(),
  reset: async ({ answer }) => {
    await sleep(BEFORE_RESET_MS);
    answer.reset();
  },
  end: async ({ call, answer }) => (call.isStream ? answer.endStream() : answer.hangUp()),
  stall: (turn) => silent(turn),
  failure: async ({ answer, tongue }) => {
    await answer.chunk(tongue.failure);
    await answer.endStream();
  },
};

/** A whole stream with an event amid it, or a JSON body, whose JSON breaks off. */
export function garbles(word: string): Behaviour {
  return async (turn) => {
    const { answer, call, tongue } = turn;
    const saying = sayingOf(turn);
    if (!call.isStream) return answer.whole(200, JSON.stringify(tongue.reply(saying)).replace(/.{40}$/, word));
    await begin(turn, saying);
    await send(turn, tongue.pieces(saying).toSpliced(FIRST_WORDS, 0, tongue.malformed(word)));
    await answer.chunk(tongue.closing(saying) + tongue.terminal);
    await answer.endStream();
  };
}

/** A whole answer, byte by byte. */
export const dribbles: Behaviour = async (turn) => {
  const { answer, call, tongue } = turn;
  const saying = sayingOf(turn);
  if (call.isStream) await answer.openStream();
  const body = call.isStream ? wholeStream(tongue, saying) : JSON.stringify(tongue.reply(saying));
  if (!call.isStream) await answer.openJson(Buffer.byteLength(body));
  for (const byte of Buffer.from(body)) {
    await (call.isStream ? answer.chunk(Buffer.of(byte)) : answer.write(Buffer.of(byte)));
    await yieldOnce();
  }
  if (call.isStream) await answer.endStream();
};

/** All of a stream but its terminal event. */
export function leavesOutTerminal(ending: 'end' | 'stall', telling: Telling = {}): Behaviour {
  return async (turn) => {
    const saying = sayingOf(turn, telling);
    await begin(turn, saying);
    await send(turn, turn.tongue.pieces(saying));
    await turn.answer.chunk(turn.tongue.closing(saying));
    await BREAKS[ending](turn);
  };
}

/** The head of an answer and whatever comes before its first word; that one comes late. */
export function hesitates(forMs: number): Behaviour {
  return async (turn) => {
    const { answer, call, tongue } = turn;
    const saying = sayingOf(turn);
    const body = JSON.stringify(tongue.reply(saying));
    await (call.isStream ? begin(turn, saying) : answer.openJson(Buffer.byteLength(body)));
    await sleep(forMs, undefined, { signal: call.gone });
    if (!call.isStream) return answer.write(body);
    await answer.chunk(tongue.pieces(saying).join('') + tongue.closing(saying) + tongue.terminal);
    await answer.endStream();
  };
}

/** The head of an answer alone. */
export const onlyOpens: Behaviour = async (turn) => {
  await (turn.call.isStream ? turn.answer.openStream() : turn.answer.openJson(1000));
  await silent(turn);
};

/** Nothing at all, for as long as the caller stays. */
export const silent: Behaviour = async ({ call }) => {
  await call.goneAt;
};

/** A TCP reset before any byte of an answer. */
export const resets: Behaviour = ({ answer }) => answer.reset();

/** An orderly close before any byte of an answer. */
export const hangsUp: Behaviour = ({ answer }) => answer.hangUp();

export function refuses(status: number, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return ({ answer, tongue }) =>
    answer.whole(status, JSON.stringify(tongue.error(status, `the vendor says ${status}`)), headers);
}

/** The prompt is too long for the model. */
export const overflows: Behaviour = ({ answer, tongue }) => answer.whole(400, JSON.stringify(tongue.overflow.body));

/** The vendor will not touch what the prompt says. */
export const filters: Behaviour = ({ answer, tongue }) => answer.whole(400, JSON.stringify(tongue.contentFilter.body));

/** Refuses a conversation that ends with the assistant's own words, as Claude does from 4.6 on. */
export function refusesPrefill(otherwise: Behaviour): Behaviour {
  return (turn) => {
    if (turn.call.messages.at(-1)?.role !== 'assistant') return otherwise(turn);
    return turn.answer.whole(400, JSON.stringify(turn.tongue.prefillRefusal));
  };
}

/** Behaves as the vendor does at the moment. */
export function varies(now: () => Behaviour): Behaviour {
  return (turn) => now()(turn);
}

export function after(delayMs: number, behaviour: Behaviour): Behaviour {
  return async (turn) => {
    await sleep(delayMs, undefined, { signal: turn.call.gone });
    await behaviour(turn);
  };
}

async function begin({ answer, tongue }: Turn, saying: Saying): Promise<void> {
  await answer.openStream();
  await answer.chunk(tongue.opening(saying));
}

async function send({ answer, call }: Turn, events: readonly string[], { gapMs = 0 }: Telling = {}): Promise<void> {
  for (const event of events) {
    if (gapMs > 0) await sleep(gapMs, undefined, { signal: call.gone });
    await answer.chunk(event);
  }
}

function wholeStream(tongue: Tongue, saying: Saying): string {
  return tongue.opening(saying) + tongue.pieces(saying).join('') + tongue.closing(saying) + tongue.terminal;
}
