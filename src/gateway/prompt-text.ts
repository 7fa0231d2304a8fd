import type { Conversation, Message } from '../dialects/conversation.js';

type Part = Exclude<Message, { role: 'tool' }>['parts'][number];

/** The text of a request that a model reads, for counting its tokens. What a vendor adds for roles is not in it. */
export function promptText({ messages, tools = [] }: Conversation): string {
  const said = messages.flatMap((message) =>
    message.role === 'tool'
      ? message.results.flatMap(({ parts }) => parts.map(partText))
      : [...message.parts].map(partText),
  );
  const offered = tools.map((tool) =>
    tool.type === 'native' ? JSON.stringify(tool.value) : [tool.name, tool.description, parametersOf(tool)].join('\n'),
  );
  return [...said, ...offered].filter((text) => text !== '').join('\n');
}

function partText(part: Part): string {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return part.text;
    case 'tool-call':
      return `${part.name}\n${part.arguments}`;
    case 'native':
      return JSON.stringify(part.value);
    case 'media':
      return part.source.type === 'text' ? part.source.text : '';
  }
}

function parametersOf(tool: object): string {
  return 'parameters' in tool && tool.parameters !== undefined ? JSON.stringify(tool.parameters) : '';
}
