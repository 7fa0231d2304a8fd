/** A JSON Schema as it stands in an OpenAPI 3.1 document. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
}

interface MediaType {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** The bodies that Swagger UI offers for "Try it out", one for each named example. */
export function offeredBodies(document: OpenApiDocument, path: string): unknown[] {
  const media = document.paths[path]?.post?.requestBody?.content['application/json'];
  if (media === undefined) throw new Error(`${path} documents no JSON body`);
  if (media.examples !== undefined) return Object.values(media.examples).map((example) => example.value);
  if (media.example !== undefined) return [media.example];
  return [sampleOf(document, media.schema ?? {})];
}

/** Where a schema has no example Swagger UI makes one up, from every property there is. */
function sampleOf(document: OpenApiDocument, schema: Schema): unknown {
  const given = [schema.example, schema.examples?.[0], schema.default, schema.enum?.[0]].find(
    (one) => one !== undefined,
  );
  if (given !== undefined) return given;
  if (schema.$ref !== undefined) return sampleOf(document, resolve(document, schema.$ref));
  const alternative = schema.oneOf?.[0] ?? schema.anyOf?.[0] ?? schema.allOf?.[0];
  if (alternative !== undefined) return sampleOf(document, alternative);
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties);
    return Object.fromEntries(entries.map(([name, property]) => [name, sampleOf(document, property)]));
  }
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'array') return [sampleOf(document, schema.items ?? {})];
  if (type === 'string') return 'string';
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0;
  return {};
}

function resolve(document: OpenApiDocument, reference: string): Schema {
  const schema = document.components?.schemas?.[reference.split('/').at(-1) ?? ''];
  if (schema === undefined) throw new Error(`${reference} is not in the document`);
  return schema;
}
