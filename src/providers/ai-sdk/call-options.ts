import type {
  WireCallOptions,
  WireFileData,
  WireFilePart,
  WireMessage,
  WireUserPart,
} from '../../dialects/ai-sdk/ai-sdk.wire.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { SpecificationVersion as Version } from './ai-sdk.models.js';

/** A body of the dialect as the object that a model of this version takes. */
export function callOptions(body: Buffer, version: Version): object {
  const options: WireCallOptions = JSON.parse(body.toString());
  return { ...options, prompt: options.prompt.map((message) => reviveMessage(message, version)) };
}

function reviveMessage(message: WireMessage, version: Version): object {
  if (message.role === 'system') return message;
  return { ...message, content: message.content.map((part) => revivePart(part, version)) };
}

function revivePart(part: Exclude<WireMessage, { role: 'system' }>['content'][number], version: Version): object {
  if (part.type === 'file') return { ...part, data: version === 'v4' ? reviveData(part.data) : olderData(part.data) };
  if (part.type !== 'tool-result' || part.output.type !== 'content') return part;
  const value = part.output.value.map((item) => reviveOutput(item, version));
  return { ...part, output: { ...part.output, value } };
}

function reviveOutput(item: WireUserPart, version: Version): object {
  if (item.type !== 'file') return item;
  return version === 'v4' ? { ...item, data: reviveData(item.data) } : olderOutput(item, version);
}

function reviveData(data: WireFileData): object {
  return data.type === 'url' ? { type: 'url', url: toUrl(data.url) } : data;
}

/** Before V4 a file was base64 or a URL. */
function olderData(data: WireFileData): string | URL {
  if (data.type === 'url') return toUrl(data.url);
  return data.type === 'data' ? data.data : Buffer.from(data.text).toString('base64');
}

/** Before V4 a tool's result had a form of its own for each kind of file, and V2 only data. */
function olderOutput({ data, mediaType, filename }: WireFilePart, version: Version): object {
  if (data.type === 'text') return { type: 'text', text: data.text };
  const kind = mediaType.startsWith('image/') ? 'image' : 'file';
  if (data.type === 'url') return { type: `${kind}-url`, url: data.url };
  if (version === 'v2') return { type: 'media', data: data.data, mediaType };
  return { type: `${kind}-data`, data: data.data, mediaType, ...(kind === 'file' && filename && { filename }) };
}

/** @throws GatewayError `invalid_request` for what a client gave as an address and is none */
function toUrl(text: string): URL {
  const url = URL.parse(text);
  if (url) return url;
  throw new GatewayError('invalid_request', 'The address of an image or a file is not a URL.', { param: 'messages' });
}
