/** The tools that an agent offers, in whatever dialect, and how to call the one that runs commands. */

type Json = Readonly<Record<string, unknown>>;

/** A tool as a vendor sees it. */
export interface OfferedTool {
  /** `function` and `custom` can be called; any other is the vendor's own (`web_search`). */
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  /** The names of its arguments. */
  readonly fields: readonly string[];
}

export type Errand =
  | { readonly kind: 'greet' }
  /** Run this command in a shell. */
  | { readonly kind: 'run'; readonly command: string }
  /** Apply this patch, in Codex's own form. */
  | { readonly kind: 'patch'; readonly patch: string };

interface ToolCall {
  readonly tool: OfferedTool;
  /** JSON, or the free text that a custom tool takes. */
  readonly arguments: string;
}

export function offeredTools(body: Json): readonly OfferedTool[] {
  // Codex puts the tools of the newest models into the conversation.
  const added = list(body['input']).filter((item) => item['type'] === 'additional_tools');
  const toolConfig = object(body['toolConfig']);
  return [body, ...added, toolConfig].flatMap(({ tools }) => list(tools)).flatMap((tool) => toolsIn(tool));
}

/** @returns `undefined` where no tool that is offered suits the errand */
export function callFor(errand: Errand, tools: readonly OfferedTool[]): ToolCall | undefined {
  if (errand.kind === 'greet') return undefined;
  const direct = tools.find(({ name }) =>
    (errand.kind === 'run' ? /^(bash|exec_command)$/i : /^apply_patch$/).test(name),
  );
  const scripting = tools.find(({ name }) => /^(functions__)?exec$/.test(name));
  const tool = direct ?? scripting;
  if (tool === undefined) return undefined;
  const text = tool === direct ? textFor(errand) : scriptFor(errand);
  if (tool.kind === 'custom') return { tool, arguments: text };
  const field = ['command', 'cmd'].find((name) => tool.fields.includes(name)) ?? tool.fields[0] ?? 'input';
  return { tool, arguments: JSON.stringify({ [field]: text }) };
}

type Deed = Exclude<Errand, { kind: 'greet' }>;

function textFor(errand: Deed): string {
  return errand.kind === 'run' ? errand.command : errand.patch;
}

/** For the tool in which Codex runs JavaScript that calls the other ones. */
function scriptFor(errand: Deed): string {
  if (errand.kind === 'patch') return `text(await tools.apply_patch(${JSON.stringify(errand.patch)}));`;
  return `const { output } = await tools.exec_command({ cmd: ${JSON.stringify(errand.command)} });\ntext(output);`;
}

function toolsIn(tool: Json, namespace?: string): readonly OfferedTool[] {
  if (tool['type'] === 'namespace') return list(tool['tools']).flatMap((member) => toolsIn(member, text(tool['name'])));
  const declared = list(tool['functionDeclarations']);
  if (declared.length > 0) return declared.flatMap((each) => toolsIn(each));
  const type = text(tool['type']);
  const nested = object(tool['function'] ?? tool['custom'] ?? tool['toolSpec'] ?? tool);
  const name = text(nested['name']);
  if (name === '') return [{ kind: type, name: type, fields: [] }];
  return [{ kind: type === 'custom' ? 'custom' : 'function', name, namespace, fields: fieldsOf(nested) }];
}

function fieldsOf(tool: Json): string[] {
  const { parameters, parametersJsonSchema, input_schema: anthropic, inputSchema: bedrock } = tool;
  const schema = parameters ?? parametersJsonSchema ?? anthropic ?? object(bedrock)['json'];
  return Object.keys(object(object(schema)['properties']));
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
