import { describe, expect, it } from 'vitest';
import type { Conversation } from '../dialects/conversation.js';
import { promptText } from './prompt-text.js';

function asked(parts: Pick<Conversation, 'messages' | 'tools'>): Conversation {
  return { model: 'm', stream: false, unmodelled: [], ...parts };
}

describe('promptText', () => {
  it('holds what a model reads, in order: instructions, turns, calls, results, tools', () => {
    const text = promptText(
      asked({
        messages: [
          { role: 'system', parts: [{ type: 'text', text: 'be kind' }] },
          { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
          { role: 'assistant', parts: [{ type: 'tool-call', id: '1', name: 'look', arguments: '{"a":1}' }] },
          { role: 'tool', results: [{ type: 'tool-result', callId: '1', parts: [{ type: 'text', text: 'seen' }] }] },
        ],
        tools: [{ type: 'function', name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
      }),
    );
    expect(text).toBe('be kind\nHi\nlook\n{"a":1}\nseen\nlook\nLooks.\n{"type":"object"}');
  });

  it('leaves out what is no text', () => {
    const image = { type: 'media', kind: 'image', source: { type: 'data', base64: 'QUFB' } } as const;
    expect(promptText(asked({ messages: [{ role: 'user', parts: [image] }] }))).toBe('');
  });
});
