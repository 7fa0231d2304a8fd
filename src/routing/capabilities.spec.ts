import { describe, expect, it } from 'vitest';
import { stubTarget } from '../../test/support/stub-target.js';
import type { CapabilitySettings } from '../config/settings.js';
import { type Needs, couldLack, fitTargets, hasLargerContext, lackOf } from './capabilities.js';
import type { Target } from './target.js';

const NOTHING: Needs = { inputTokens: undefined, images: false, tools: false, jsonSchema: false };
const EVERYTHING: Needs = { inputTokens: 1_000, images: true, tools: true, jsonSchema: true };

const known = (target: Target): CapabilitySettings => target.capabilities ?? {};

function targetsOf(...capabilities: CapabilitySettings[]): Target[] {
  return capabilities.map((settings, at) => stubTarget({ model: `model-${at}`, capabilities: settings }));
}

describe('lackOf', () => {
  it.each<[needs: Partial<Needs>, capabilities: CapabilitySettings, lack: string | undefined]>([
    [{ inputTokens: 1_001 }, { contextTokens: 1_000 }, 'context_window'],
    [{ inputTokens: 1_000 }, { contextTokens: 1_000 }, undefined],
    [{}, { contextTokens: 1_000 }, undefined],
    [{ images: true }, { images: false }, 'images'],
    [{ tools: true }, { tools: false }, 'tools'],
    [{ jsonSchema: true }, { jsonSchema: false }, 'json_schema'],
    [{}, { images: false, tools: false, jsonSchema: false }, undefined],
    [EVERYTHING, { images: true, tools: true, jsonSchema: true, contextTokens: 1_000 }, undefined],
    [EVERYTHING, {}, undefined],
    [{ images: true, tools: true }, { images: true, tools: false }, 'tools'],
  ])('of %j at a model that takes %j is %s', (needs, capabilities, lack) => {
    expect(lackOf({ ...NOTHING, ...needs }, capabilities)).toBe(lack);
  });
});

describe('couldLack', () => {
  it('asks for nothing where every target takes everything that is known of it', () => {
    expect(couldLack(targetsOf({}, { images: true, tools: true, jsonSchema: true }), known)).toBeUndefined();
  });

  it('asks for nothing where there is no other target', () => {
    expect(couldLack(targetsOf({ contextTokens: 1, images: false }), known)).toBeUndefined();
    expect(couldLack([], known)).toBeUndefined();
  });

  it('asks for what any target lacks, and for the smallest context', () => {
    const targets = targetsOf(
      { contextTokens: 200_000, images: false },
      {},
      { contextTokens: 8_192, jsonSchema: false },
    );
    expect(couldLack(targets, known)).toEqual({ contextTokens: 8_192, images: true, tools: false, jsonSchema: true });
    expect(couldLack(targetsOf({}, { tools: false }), known)).toEqual({
      contextTokens: undefined,
      images: false,
      tools: true,
      jsonSchema: false,
    });
  });
});

describe('fitTargets', () => {
  it('leaves out what lacks something, with the reason, and keeps the order of the others', () => {
    const targets = targetsOf(
      { images: false },
      {},
      { contextTokens: 999 },
      { tools: false },
      { contextTokens: 1_000 },
    );
    const [noImages, second, tooSmall, noTools, last] = targets;
    expect(fitTargets(targets, EVERYTHING, known)).toEqual({
      targets: [second, last],
      skipped: [
        { target: noImages, reason: 'images' },
        { target: tooSmall, reason: 'context_window' },
        { target: noTools, reason: 'tools' },
      ],
    });
  });

  it('skips nothing where all lack something: what is known may be wrong', () => {
    const targets = targetsOf({ images: false }, { contextTokens: 10 });
    expect(fitTargets(targets, EVERYTHING, known)).toEqual({ targets, skipped: [] });
  });

  it('skips nothing where nothing is known', () => {
    const targets = targetsOf({}, {});
    expect(fitTargets(targets, EVERYTHING, known)).toEqual({ targets, skipped: [] });
  });
});

describe('after a prompt was too long for one target', () => {
  const target = (model: string, contextTokens?: number) => stubTarget({ model, capabilities: { contextTokens } });

  it.each<[what: string, isAsked: boolean, next: Target, refused: Target]>([
    ['a different model', true, target('b', 10), target('a', 10)],
    ['the same model with a larger context', true, target('a', 20), target('a', 10)],
    ['the same model with the same context', false, target('a', 10), target('a', 10)],
    ['the same model with a smaller context', false, target('a', 5), target('a', 10)],
    ['the same model of which nothing is known', false, target('a'), target('a', 10)],
    ['the same model where nothing is known of the one that refused', false, target('a', 20), target('a')],
  ])('%s is worth asking: %s', (_, isAsked, next, refused) => {
    expect(hasLargerContext(next, refused, known)).toBe(isAsked);
  });
});
