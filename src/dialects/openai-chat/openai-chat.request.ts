import { type JsonEdit, type JsonMember, applyEdits, readMembers } from '../json-members.js';

const OPEN_BRACE = 0x7b;
const ASK_FOR_USAGE = '"include_usage":true';

interface UpstreamRequest {
  /** The vendor's name for the model. */
  readonly model: string;
  /** Whether a stream has to end with a usage chunk, asked for by the client or not. */
  readonly askForUsage: boolean;
}

/**
 * The client's body for a vendor that speaks the same dialect: the model's name and, where it is needed,
 * `stream_options.include_usage` are spliced in; every other byte stays. A key that is there twice, or in capitals, which
 * servers written in Go take for the same, is changed everywhere, so that no vendor reads another model than the gateway.
 * @param body a valid JSON object
 */
export function toUpstreamBody(body: Buffer, request: UpstreamRequest): Buffer {
  const members = readMembers(body);
  const edits: JsonEdit[] = [];
  const model = JSON.stringify(request.model);
  for (const { key, start, end } of members) {
    if (key.toLowerCase() === 'model' && body.toString('utf8', start, end) !== model)
      edits.push({ start, end, text: model });
  }
  if (request.askForUsage) edits.push(...usageEdits(body, members));
  return applyEdits(body, edits);
}

function usageEdits(body: Buffer, members: readonly JsonMember[]): JsonEdit[] {
  const options = members.filter((member) => member.key === 'stream_options');
  if (options.length === 0) {
    const start = body.indexOf(OPEN_BRACE) + 1;
    return [{ start, end: start, text: `"stream_options":{${ASK_FOR_USAGE}}${members.length > 0 ? ',' : ''}` }];
  }
  return options.flatMap(({ start, end }) => {
    if (body[start] !== OPEN_BRACE) return [{ start, end, text: `{${ASK_FOR_USAGE}}` }];
    const inner = readMembers(body, start);
    const asked = inner.filter((member) => member.key === 'include_usage');
    if (asked.length > 0) return asked.map((member) => ({ start: member.start, end: member.end, text: 'true' }));
    return [{ start: start + 1, end: start + 1, text: `${ASK_FOR_USAGE}${inner.length > 0 ? ',' : ''}` }];
  });
}
