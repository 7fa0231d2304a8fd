import { asText, type Fields } from '../fields.js';
import type { StreamEvent } from '../reply.js';

/** Id, model and time of an answer. Packages tell them piece by piece and often again and again. */
export class ResponseHead {
  private id: string | undefined;
  private model: string | undefined;
  private createdAt: number | undefined;
  private isTold = false;

  read(metadata: Fields): void {
    const id = asText(metadata.get('id'));
    const model = asText(metadata.get('modelId'));
    const timestamp = Date.parse(asText(metadata.get('timestamp')) ?? '');
    this.id ??= id;
    this.model ??= model;
    if (!Number.isNaN(timestamp)) this.createdAt ??= Math.floor(timestamp / 1000);
    metadata.end();
  }

  /** The start of the answer, once: right before the first thing that it says. */
  take(): StreamEvent[] {
    const { id, model, createdAt } = this;
    const isKnown = id !== undefined || model !== undefined || createdAt !== undefined;
    if (this.isTold || !isKnown) return [];
    this.isTold = true;
    return [
      {
        type: 'start',
        ...(id !== undefined && { id }),
        ...(model !== undefined && { model }),
        ...(createdAt !== undefined && { createdAt }),
      },
    ];
  }
}
