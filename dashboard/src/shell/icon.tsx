/** A line icon (`i`), a priority shape (`sv`) or a presence shape (`st`) of the sprite. Without `label` it is decoration. */
export function Icon({ name, kind = 'i', label }: { name: string; kind?: 'i' | 'sv' | 'st'; label?: string }) {
  if (label === undefined) {
    return (
      <svg className={kind} aria-hidden="true">
        <use href={`#${name}`} />
      </svg>
    )
  }
  return (
    <svg className={kind} role="img" aria-label={label}>
      <use href={`#${name}`} />
    </svg>
  )
}
