/** As much of a JSON schema as OpenAPI's answers use. */
export interface AnswerSchema {
  properties?: Record<string, AnswerSchema>
  additionalProperties?: boolean | AnswerSchema
  items?: AnswerSchema
  prefixItems?: AnswerSchema[]
  anyOf?: AnswerSchema[]
  oneOf?: AnswerSchema[]
  allOf?: AnswerSchema[]
}

/** Where an answer holds a field that its schema does not name: "items[].passwordHash". Pure. */
export function undescribedFields(value: unknown, schema: AnswerSchema | undefined, place = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  const variants = [...(schema?.anyOf ?? []), ...(schema?.oneOf ?? [])]
  if (variants.length > 0) {
    // What fits best is what it is.
    const found = variants.map((variant) => undescribedFields(value, variant, place))
    return found.toSorted((one, other) => one.length - other.length)[0] ?? []
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      undescribedFields(item, schema?.prefixItems?.[index] ?? schema?.items, `${place}[]`),
    )
  }
  const rest = schema?.additionalProperties
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = place === '' ? name : `${place}.${name}`
    const described = propertyOf(schema, name) ?? (typeof rest === 'object' ? rest : undefined)
    // A schema without properties describes any object: what the audit log keeps of whatever was changed.
    if (described === undefined) return schema?.properties || rest === false || !schema ? [here] : []
    return undescribedFields(inner, described, here)
  })
}

function propertyOf(schema: AnswerSchema | undefined, name: string): AnswerSchema | undefined {
  const parts = [schema, ...(schema?.allOf ?? [])]
  return parts.map((part) => part?.properties?.[name]).find((property) => property !== undefined)
}
