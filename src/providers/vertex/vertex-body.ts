import {
  type JsonEdit,
  OPEN_BRACE,
  OPEN_BRACKET,
  applyEdits,
  readElements,
  readMembers,
  removals,
} from '../../dialects/json-members.js';

const VERSION = '"anthropic_version":"vertex-2023-10-16"';

/**
 * A body of Anthropic's dialect as Vertex takes it: the version is in it, and the model's name is in the URL instead.
 * @param keepModel where the URL does not name it
 * @see https://docs.anthropic.com/en/api/claude-on-vertex-ai
 */
export function toClaudeBody(body: Buffer, keepModel: boolean): Buffer {
  const members = readMembers(body);
  const isModel = ({ key }: { readonly key: string }): boolean => key === 'model' && !keepModel;
  const edits: JsonEdit[] = [];
  if (!members.some(({ key }) => key === 'anthropic_version')) {
    const at = body.indexOf(OPEN_BRACE) + 1;
    edits.push({ start: at, end: at, text: members.every(isModel) ? VERSION : `${VERSION},` });
  }
  return applyEdits(body, [...edits, ...removals(members, isModel)]);
}

/**
 * A body of Gemini's dialect as Vertex takes it: "Please use a valid role: user, model", where Google's own API takes a
 * content without a role for the user's.
 */
export function withRoles(body: Buffer): Buffer {
  const edits: JsonEdit[] = [];
  for (const { key, start } of readMembers(body)) {
    if (key !== 'contents' || body[start] !== OPEN_BRACKET) continue;
    for (const content of readElements(body, start)) {
      if (body[content.start] !== OPEN_BRACE) continue;
      const members = readMembers(body, content.start);
      if (members.length === 0 || members.some((member) => member.key === 'role')) continue;
      edits.push({ start: content.start + 1, end: content.start + 1, text: '"role":"user",' });
    }
  }
  return applyEdits(body, edits);
}
