/** As much of a JSON schema as OpenAPI's request bodies use. */
export interface Schema {
  type?: string
  enum?: unknown[]
  const?: unknown
  format?: string
  minLength?: number
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

export interface Operation {
  method: string
  path: string
  body: Schema | undefined
  parameters: { name: string; in: 'query' | 'path' | 'header' | 'cookie'; schema: Schema }[]
}

interface Description {
  requestBody?: { content?: { 'application/json'?: { schema: Schema } } }
  parameters?: Operation['parameters']
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Description>>
}

export function operationsOf({ paths }: OpenApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      body: requestBody?.content?.['application/json']?.schema,
      parameters,
    })),
  )
}

const variantsOf = ({ anyOf = [], oneOf = [], allOf = [] }: Schema) => [...anyOf, ...oneOf, ...allOf]

/** Where a body holds strings: "name", "tags[]", "site.name". */
export function stringPlaces(schema: Schema | undefined, place = ''): string[] {
  if (schema === undefined) return []
  const here = schema.type === 'string' && place !== '' ? [place] : []
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    stringPlaces(property, place === '' ? name : `${place}.${name}`),
  )
  const variants = variantsOf(schema).flatMap((variant) => stringPlaces(variant, place))
  return [...new Set([...here, ...inside, ...stringPlaces(schema.items, `${place}[]`), ...variants])]
}

const examples: Record<string, string> = {
  email: 'ada@example.com',
  uuid: '7b0c1f0e-5d3a-4c57-9d8e-2f6a1b9c0d4e',
  'date-time': '2026-01-01T00:00:00Z',
}

/** A body as the schema wants it, with `text` at one place. */
export function bodyWith(schema: Schema, target: string, text: string, place = ''): unknown {
  if (place === target) return text
  const [variant] = variantsOf(schema)
  if (variant) return bodyWith(bestVariant(schema, target, place), target, text, place)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.type === 'object') {
    const wanted = Object.entries(schema.properties ?? {}).filter(
      ([name]) => schema.required?.includes(name) || target.split(/[.[]/)[0] === name,
    )
    return Object.fromEntries(
      wanted.map(([name, property]) => [name, bodyWith(property, target, text, place ? `${place}.${name}` : name)]),
    )
  }
  if (schema.type === 'array') return schema.items ? [bodyWith(schema.items, target, text, `${place}[]`)] : []
  if (schema.type === 'string') return examples[schema.format ?? ''] ?? 'x'.repeat(schema.minLength ?? 12)
  return schema.type === 'boolean' ? false : 1
}

function bestVariant(schema: Schema, target: string, place: string): Schema {
  const variants = variantsOf(schema)
  return variants.find((variant) => stringPlaces(variant, place).includes(target)) ?? (variants[0] as Schema)
}
