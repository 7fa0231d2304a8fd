import type { DialectName } from '../../src/dialects/conversation.js';

/** Models for every dialect of vendors: one that can do the most of what it offers, and some that can do less. */
export const vendorModels: readonly (readonly [dialect: DialectName, model: string])[] = [
  ['openai-chat', 'gpt-4o'],
  ['openai-responses', 'gpt-5.1'],
  ['anthropic-messages', 'claude-sonnet-4-5'],
  ['anthropic-messages', 'claude-opus-4-7'],
  ['gemini', 'gemini-3-flash-preview'],
  ['gemini', 'gemini-2.5-flash'],
  ['bedrock-converse', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['bedrock-converse', 'us.amazon.nova-pro-v1:0'],
  ['bedrock-converse', 'us.mistral.pixtral-large-2502-v1:0'],
  ['ai-sdk', 'any'],
];
