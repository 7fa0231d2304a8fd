import { describe, expect, it } from 'vitest';
import { bedrockModel } from './bedrock-models.js';

describe('bedrockModel', () => {
  it.each([
    ['anthropic.claude-v2:1', 'claude', 200, undefined, false],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'claude', 300, undefined, false],
    ['us.anthropic.claude-3-7-sonnet-20250219-v1:0', 'claude', 307, 'budget', false],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'claude', 400, 'budget', false],
    ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'claude', 401, 'budget', false],
    ['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude', 405, 'budget', true],
    ['anthropic.claude-opus-4-6-v1', 'claude', 406, 'adaptive', true],
    ['anthropic.claude-opus-5', 'claude', 500, 'adaptive', true],
    ['anthropic.claude-mythos-preview', 'claude', 9900, 'adaptive', true],
    ['us.amazon.nova-micro-v1:0', 'nova', 100, undefined, false],
    ['us.amazon.nova-2-lite-v1:0', 'nova', 200, undefined, false],
    ['qwen.qwen3-32b-v1:0', 'qwen', 0, undefined, true],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss', 0, undefined, true],
    ['us.deepseek.r1-v1:0', 'other', 0, undefined, false],
    ['us.meta.llama3-3-70b-instruct-v1:0', 'other', 0, undefined, false],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-7', 'claude', 407, 'adaptive', true],
    ['arn:aws:bedrock:us-east-1:1:application-inference-profile/abc', 'hidden', 0, undefined, true],
  ])('knows %s', (id, family, version, thinking, structuresOutput) => {
    expect(bedrockModel(id)).toMatchObject({ family, version, thinking, structuresOutput });
  });
});
