import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../errors/upstream-error.js';
import { collectReply } from './collect-reply.js';
import type { PartEvent, StreamEvent } from './reply.js';
import { Sequencer } from './sequencer.js';

function sequenced(events: readonly StreamEvent[]): StreamEvent[] {
  const sequencer = new Sequencer();
  return [...events.flatMap((event) => sequencer.push(event)), ...sequencer.end()];
}

const call = (part: number, choice = 0): StreamEvent => ({
  type: 'tool-call',
  choice,
  part,
  id: `call_${part}`,
  name: 'f',
});
const write = (part: number, text: string, choice = 0): StreamEvent => ({ type: 'arguments', choice, part, text });
const say = (part: number, text: string, choice = 0): StreamEvent => ({ type: 'text', choice, part, text });
const ended = (part: number, choice = 0): StreamEvent => ({ type: 'part-end', choice, part });
const finish: StreamEvent = { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'stop' } };

describe('Sequencer', () => {
  it('passes a text on at once and ends it when the next part begins', () => {
    const sequencer = new Sequencer();
    expect(sequencer.push(say(0, 'a'))).toEqual([say(0, 'a')]);
    expect(sequencer.push(call(1))).toEqual([ended(0), call(1)]);
    expect(sequencer.push(write(1, '{}'))).toEqual([write(1, '{}')]);
    expect(sequencer.push(finish)).toEqual([ended(1), finish]);
    expect(sequencer.end()).toEqual([]);
  });

  it('ends what a stream left open', () => {
    expect(sequenced([say(0, 'a')])).toEqual([say(0, 'a'), ended(0)]);
  });

  it('puts two tool calls that are written at once one after the other, and loses nothing', () => {
    const events = [call(0), call(1), write(0, '{"a'), write(1, '{"b'), write(0, '":1}'), write(1, '":2}'), finish];
    expect(sequenced(events)).toEqual([
      call(0),
      write(0, '{"a'),
      write(0, '":1}'),
      ended(0),
      call(1),
      write(1, '{"b'),
      write(1, '":2}'),
      ended(1),
      finish,
    ]);
    expect(collectReply(sequenced(events))).toEqual(collectReply(events));
  });

  it('lets a second call begin at once when the first is whole', () => {
    const sequencer = new Sequencer();
    for (const event of [call(0), write(0, '{}')]) sequencer.push(event);
    expect(sequencer.push(call(1))).toEqual([ended(0), call(1)]);
  });

  it('keeps the answers of one stream apart', () => {
    const events = [say(0, 'a', 0), say(0, 'b', 1), say(0, 'c', 0)];
    expect(sequenced(events)).toEqual([...events, ended(0, 0), ended(0, 1)]);
  });

  it('takes nothing more for a part that has ended, and says so', () => {
    const late: PartEvent[] = [];
    const sequencer = new Sequencer((event) => late.push(event));
    const events = [say(0, 'a'), ended(0), say(0, 'late'), ended(0)].flatMap((event) => sequencer.push(event));
    expect(events).toEqual([say(0, 'a'), ended(0)]);
    expect(late).toEqual([say(0, 'late')]);
  });

  it('ends a part that only its vendor has ended once', () => {
    expect(sequenced([say(0, 'a'), ended(0), finish])).toEqual([say(0, 'a'), ended(0), finish]);
  });

  it('refuses a stream of which too much has to wait, and drops nothing', () => {
    const sequencer = new Sequencer();
    sequencer.push(call(0));
    sequencer.push(write(0, '{"a'));
    sequencer.push(call(1));
    expect(() => {
      for (let at = 0; at < 100_001; at++) sequencer.push(write(1, 'x'));
    }).toThrow(UpstreamError);
  });

  it('takes time in proportion to what comes, however parts are mixed', () => {
    const sequencer = new Sequencer();
    const events: StreamEvent[] = [call(0), write(0, `{"a":"${'x'.repeat(1_000_000)}`)];
    for (let part = 1; part < 4_000; part++) events.push(call(part), write(part, '{"b'));
    for (let at = 0; at < 8_000; at++) events.push(write(1 + (at % 3_999), 'y'));
    const began = performance.now();
    const passed = events.flatMap((event) => sequencer.push(event)).length + sequencer.end().length;
    expect(passed).toBe(events.length + 4_000);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
