/**
 * How vendors say that a prompt does not fit the model, where they have no code for it: Anthropic ("prompt is too long"),
 * Gemini ("input token count … exceeds"), Bedrock ("Input is too long"), and servers that copy OpenAI's words.
 */
const OVERFLOW =
  /prompt is too long|input is too long|too many (?:input )?tokens|maximum context length|context (?:length|window)|(?:input )?token count.*exceeds|exceeds the (?:available )?context/i;

/** Whether a vendor's words about a request say that it is too long. */
export function saysContextOverflow(message: string): boolean {
  return OVERFLOW.test(message);
}
