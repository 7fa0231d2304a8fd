import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from './deadline.js';

const tooLate = new Error('too late');
const left = new Error('the client left');

describe('Deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('aborts with its own reason when time runs out, not before', () => {
    const deadline = new Deadline(1_000, () => tooLate);
    vi.advanceTimersByTime(999);
    expect(deadline.signal.aborted).toBe(false);
    expect(deadline.remainingMs).toBe(1);
    vi.advanceTimersByTime(1);
    expect(deadline.signal.reason).toBe(tooLate);
    expect(deadline.remainingMs).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(deadline.remainingMs).toBe(0);
  });

  it('aborts at once for another reason, which stays', () => {
    const deadline = new Deadline(1_000, () => tooLate);
    deadline.abort(left);
    deadline.abort(new Error('second'));
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(2_000);
    expect(deadline.signal.reason).toBe(left);
  });

  it('never aborts once its clock is stopped', () => {
    const deadline = new Deadline(1_000, () => tooLate);
    deadline.clear();
    deadline.clear();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(2_000);
    expect(deadline.signal.aborted).toBe(false);
  });
});
