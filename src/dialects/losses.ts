import type { Tool } from './conversation.js';

/** What a translation could not carry over, in words a client can act on, in the order it was met. */
export class Losses {
  private readonly found = new Set<string>();

  /** @param name the field's name in OpenAI's chat dialect (`logit_bias`), or what it is (`audio`, `tools.web_search`) */
  add(name: string): void {
    this.found.add(name);
  }

  addTool(tool: Tool): void {
    this.add(`tools.${tool.type === 'native' ? tool.kind : tool.name}`);
  }

  get names(): readonly string[] {
    return [...this.found];
  }

  get isEmpty(): boolean {
    return this.found.size === 0;
  }
}
