import { changedValues } from '../words/changed-values.ts'

/** What was there before, and what is there now. */
export function Changes({ before, after }: { before: unknown; after: unknown }) {
  const changes = changedValues(before, after)
  if (changes.length === 0) return null
  return (
    <dl className="changes">
      {changes.map((change) => (
        <div key={change.name}>
          <dt>{change.name}</dt>
          <dd>
            {change.before !== undefined && (
              <>
                <span className="vh">was </span>
                <del>{change.before}</del>{' '}
              </>
            )}
            {change.after === undefined ? (
              <span className="t3">nothing</span>
            ) : (
              <>
                <span className="vh">is now </span>
                <ins>{change.after}</ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
