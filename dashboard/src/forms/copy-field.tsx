import { useId, useState } from 'react'
import { Icon } from '../shell/icon.tsx'

/** How long the word "Copied" stays. */
const copiedMs = 2_000

/** A value to take away: a link, a secret, a code. Without a clipboard (plain HTTP) the text is selected instead. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const labelId = useId()
  const [isCopied, setCopied] = useState(false)
  async function copy(input: HTMLInputElement | null): Promise<void> {
    input?.select()
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
      setTimeout(() => setCopied(false), copiedMs)
    } catch {
      // The text stays selected: the keyboard's own copy works.
    }
  }
  return (
    <div className="field">
      <span id={labelId}>{label}</span>
      <span className="row">
        <input className="mono grow" readOnly value={value} aria-labelledby={labelId} />
        <button
          type="button"
          className="btn"
          onClick={(event) => copy(event.currentTarget.parentElement?.querySelector('input') ?? null)}
        >
          <Icon name={isCopied ? 'check' : 'copy'} />
          <span role="status">{isCopied ? 'Copied' : 'Copy'}</span>
        </button>
      </span>
    </div>
  )
}
