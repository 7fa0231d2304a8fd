/** Follows JSON text piece by piece and knows when its value is whole, without parsing it again for each piece. */
export class JsonProgress {
  private depth = 0;
  private inText = false;
  private escaped = false;
  private begun = false;

  /** Whether one value has come to its end. A number or a word has none of its own: the next piece could go on. */
  get isWhole(): boolean {
    return this.begun && this.depth === 0 && !this.inText;
  }

  push(text: string): void {
    for (const sign of text) this.read(sign);
  }

  private read(sign: string): void {
    if (this.inText) {
      if (this.escaped) this.escaped = false;
      else if (sign === '\\') this.escaped = true;
      else if (sign === '"') this.inText = false;
      return;
    }
    if (sign === '"') this.inText = true;
    else if (sign === '{' || sign === '[') this.depth++;
    else if (sign === '}' || sign === ']') this.depth--;
    else return;
    this.begun = true;
  }
}
