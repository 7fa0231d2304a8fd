import type { AssistantPart, JsonObject } from '../conversation.js';
import type { Losses } from '../losses.js';
import { encodeMedia } from './gemini.media.js';
import { encodeCall, encodeText, encodeThought } from './gemini.parts.encode.js';
import { type CarriedReasoning, thoughtSignatureText } from './gemini.signature.js';

/**
 * A part of an answer for a client.
 * @param carried the signatures of the same answer's reasoning
 * @returns nothing for what this dialect cannot say
 */
export function encodeAnswerPart(
  part: AssistantPart,
  carried: CarriedReasoning,
  losses: Losses,
): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return [encodeText(part.text, thoughtSignatureText(part.signature))];
    case 'refusal':
      return [encodeText(part.text)];
    case 'reasoning':
      carried.note(part.signature);
      return [encodeThought(part.text, thoughtSignatureText(part.signature))];
    case 'tool-call':
      return [encodeCall(part, thoughtSignatureText(carried.for(part.signature)))];
    case 'media':
      return [encodeMedia(part)];
    case 'native':
      if (part.dialect === 'gemini') return [part.value];
      losses.add(part.kind);
      return [];
  }
}
