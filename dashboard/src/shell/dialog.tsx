import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Icon } from './icon.tsx'

const firstField = '.form :is(input:not([readonly], [type=hidden]), select, textarea)'

/** A modal window: the browser's own dialog keeps focus inside, closes on Escape and gives focus back. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // A form begins with its first field; everything else with the way out.
    dialog?.querySelector<HTMLElement>(firstField)?.focus()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={ref} className="card dialog" aria-labelledby={titleId} onClose={onClose}>
      <header>
        <h2 id={titleId}>{title}</h2>
        <span className="grow" />
        <button type="button" className="btn ghost icon sm" aria-label="Close" onClick={onClose}>
          <Icon name="x" />
        </button>
      </header>
      <div className="pad">{children}</div>
    </dialog>
  )
}
